import { expect, test } from 'vitest'
import { receive } from '../receiving.ts'
import { openPage, startDashboard } from './browser.ts'

const script = '<script>window.ran = true</script><img src=x onerror="window.ran = true">'
const attribute = `"onmouseover="window.ran=true"'><svg/onload=window.ran=true>`

test('whatever is in bodies, types, headers and answers is text on every screen', {
  timeout: 120_000,
}, async (context) => {
  const { client, link, origin, errors } = await startDashboard()
  const receiver = await receive((response) =>
    response
      .writeHead(500, { 'x-answer': script, 'content-type': 'text/html' })
      .end(`${script}\u0000${attribute}`),
  )
  const { id } = await client.webhooks.create({
    url: `${receiver.url}?${encodeURIComponent(script)}`,
    events: ['*'],
    description: `${script}${attribute}`,
    headers: { 'x-own': script },
    retry: { preset: 'none' },
  })
  const send = (type: string, data: unknown, more: object = {}) =>
    client.events.emit({ type, data, validate: false, ...more })
  await send('chat.message', {
    content: script,
    '<b>': attribute,
    __proto__x: '</textarea></script>',
  })
  await send(attribute, { content: script })
  await send('user.login', { text: '😀'.repeat(64_000) })
  await send('user.logout', {}, { faults: [{ kind: 'payload', how: 'invalidUtf8' }] })
  await client.dev.capture({
    method: 'POST',
    path: `/hook?${script}`,
    headers: { [`x-${attribute}`]: script },
    body: Buffer.from([0xff, 0xfe, 0x3c, 0x73]).toString('base64'),
    bodyEncoding: 'base64',
    verified: false,
    reason: script,
    forwarded: { url: script, statusCode: null, durationMs: 1, error: attribute },
  })
  const { page, complaints } = await openPage(context, link)
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective}`),
    )
  })
  await page.goto(`${origin}/deliveries`)
  await expect.poll(() => page.locator('tr .badge', { hasText: 'failed' }).count()).toBe(4)
  const { data } = await client.events.list()
  const paths = [
    '/',
    '/deliveries',
    `/deliveries?search=${encodeURIComponent(script)}&eventType=${encodeURIComponent(attribute)}`,
    ...[1, 2, 3, 4].flatMap((number) =>
      ['request', 'response', 'signature', 'diff'].flatMap((part) =>
        ['pretty', 'raw', 'hex'].map(
          (view) => `/deliveries/delivery-${number}?part=${part}&view=${view}`,
        ),
      ),
    ),
    ...data.map((event) => `/trigger?event=${event.id}`),
    `/trigger?type=${encodeURIComponent(script)}`,
    '/inbox',
    '/inbox/captured-1',
    '/inbox/captured-1?view=raw',
    '/faults',
    '/webhooks',
    `/webhooks/${id}`,
    `/catalog/${encodeURIComponent(script)}`,
    `/${encodeURIComponent(script)}`,
  ]

  for (const path of paths) {
    await page.goto(`${origin}${path}`)
    // What a live list puts in place goes another way than a page.
    await page.evaluate(() => document.body.dispatchEvent(new CustomEvent('live')))
    expect(await page.evaluate(() => Reflect.get(window, 'ran')), path).toBeUndefined()
    const injected = await page
      .locator('img, script:not([src]), main svg:not(.chart), [onmouseover], [onload]')
      .count()
    expect(injected, path).toBe(0)
  }

  await page.goto(`${origin}/deliveries/delivery-1`)
  expect(await page.locator('.bytes').first().textContent()).toContain('<script>window.ran')
  await page.goto(`${origin}/deliveries/delivery-4?view=raw`)
  await page.getByText('These bytes are not UTF-8').waitFor()
  expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined()
  expect(dialogs).toEqual([])
  expect(complaints).toEqual([])
  expect(errors).toEqual([])
})

test('the policy stops a script that would get in all the same, and the sender says so once', async (context) => {
  const { link, errors } = await startDashboard()
  const { page } = await openPage(context, link)

  await page.evaluate(() => {
    for (const text of ['window.ran = 1', 'window.ran = 2']) {
      const element = document.createElement('script')
      element.textContent = text
      document.body.append(element)
    }
  })

  await expect.poll(() => errors.map(String)).toEqual([expect.stringContaining('content policy')])
  expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined()
})
