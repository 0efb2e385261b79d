import { readFileSync } from 'node:fs'
import { verifySignature } from '@ainexlayer/webhooks'
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/index.ts'
import { receive, statuses } from '../receiving.ts'
import { countEvents, openPage, startDashboard } from './browser.ts'
import { startPopulated } from './populated.ts'

describe('deliveries', { timeout: 60_000 }, () => {
  test('filters live in the address, and what matches is sent again with its count first', async (context) => {
    const { link, origin, client, bad } = await startPopulated({
      retry: { delaysSeconds: [0], jitter: 0 },
    })
    const { page, complaints } = await openPage(context, link)
    await page.goto(`${origin}/deliveries`)
    await expect.poll(() => page.locator('tr .badge', { hasText: 'failed' }).count()).toBe(6)

    await page.locator('.chip', { hasText: 'failed' }).click()
    await page.waitForURL('**/deliveries?*status=failed*')
    await page.locator('select[name=eventType]').selectOption('document.failed')
    await page.waitForURL('**eventType=document.failed*')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await page.reload()
    expect(await page.locator('tbody tr').count()).toBe(1)

    await page.getByRole('button', { name: 'Redeliver all that match' }).click()
    await page.locator('.confirm').getByText('1 delivery').waitFor()
    const before = bad.received.length
    await page.getByRole('button', { name: 'Redeliver 1' }).click()
    await page.getByText('1 queued.').waitFor()
    await expect.poll(() => bad.received.length).toBe(before + 1)
    await page.goto(`${origin}/deliveries`)
    await page.locator('#search').fill('delivery-12')
    await page.waitForURL('**search=delivery-12*')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    expect((await client.deliveries.list({ trigger: 'redelivery' })).data).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  test('those that are selected stay selected while the list moves, and are sent again', async (context) => {
    const { link, origin, client, good } = await startPopulated()
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/deliveries?webhookId=webhook-1`)
    await expect.poll(() => page.locator('tr .badge', { hasText: 'delivered' }).count()).toBe(19)

    await page.getByLabel('Select delivery-1', { exact: true }).check()
    await page.getByLabel('Select delivery-3', { exact: true }).check()
    await page.getByText('2 selected').waitFor()
    await client.events.emit({ type: 'user.logout', data: { userId: 'user-9' }, validate: false })
    await page.locator('tr', { hasText: 'delivery-26' }).waitFor()
    await page.getByText('2 selected').waitFor()
    const before = good.received.length
    await page.locator('[data-picked]').getByRole('button', { name: 'Redeliver' }).click()
    await page.getByText('2 sent again.').waitFor()
    await expect.poll(() => good.received.length).toBe(before + 2)
  })

  test('a paused list stands still, and catches up', async (context) => {
    const { link, origin, client } = await startPopulated()
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/deliveries`)
    await page.getByRole('button', { name: 'Live', exact: true }).click()

    let reads = 0
    page.on('request', () => {
      reads += 1
    })
    // A second reader of the same news, beside the page's own.
    const told = page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const source = new EventSource('/live')
          source.addEventListener('open', () => document.body.classList.add('listening'))
          source.addEventListener('changed', () => requestAnimationFrame(() => resolve()))
        }),
    )
    await page.locator('body.listening').waitFor()
    await client.events.emit({ type: 'user.logout', data: { userId: 'user-9' }, validate: false })
    await told
    expect(await page.locator('tr', { hasText: 'delivery-26' }).count()).toBe(0)
    expect(reads, 'the second reader alone').toBe(1)

    await page.getByRole('button', { name: 'Paused' }).click()
    await page.locator('tr', { hasText: 'delivery-26' }).waitFor()
  })

  test('what happens after a page was read and before it listens is shown, too', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive()
    await client.webhooks.create({ url: receiver.url, events: ['*'] })
    const { page } = await openPage(context, link)
    let listen = (): void => {}
    const mayListen = new Promise<void>((resolve) => {
      listen = resolve
    })
    await page.route('**/live*', async (route) => {
      await mayListen
      await route.continue()
    })
    await page.goto(`${origin}/deliveries`)
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(await page.locator('tbody tr').count()).toBe(0)

    listen()

    await page.locator('tr', { hasText: 'user.deleted' }).getByText('delivered').waitFor()
  })

  test('what happens while the list is read is shown, too', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive()
    await client.webhooks.create({ url: receiver.url, events: ['*'] })
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/deliveries`)
    let answer = (): void => {}
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve
    })
    let reads = 0
    await page.route('**/deliveries', async (route) => {
      reads += 1
      const stale = await route.fetch()
      await mayAnswer
      await route.fulfill({ response: stale })
    })
    const heard = await countEvents(page, 'live')
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    await expect.poll(() => reads).toBe(1)
    await expect.poll(() => receiver.received.length).toBe(1)
    const before = await heard()
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-2' } })
    await expect.poll(heard).toBeGreaterThan(before)

    answer()

    await page.locator('tr', { hasText: 'delivery-2' }).waitFor()
  })

  test('a list that could not be read stays, and is read again', async (context) => {
    const { link, origin, client } = await startPopulated()
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/deliveries`)
    const failures: (number | 'no answer')[] = [500, 'no answer', 503]
    await page.route('**/deliveries', async (route) => {
      const failure = failures.shift()
      expect(await page.locator('tbody tr').count()).toBeGreaterThan(0)
      if (failure === undefined) return route.continue()
      if (failure === 'no answer') return route.abort()
      return route.fulfill({ status: failure, body: '<main id="main"><h1>Failed</h1></main>' })
    })

    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })

    await page.locator('tr', { hasText: 'delivery-26' }).waitFor()
    expect(failures).toEqual([])
  })

  test('200 attempts a second are some refreshes a second', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive()
    await client.webhooks.create({ url: receiver.url, events: ['*'], concurrency: 50 })
    const { page, complaints } = await openPage(context, link)
    await page.goto(`${origin}/deliveries`)
    await page.evaluate(() => {
      Reflect.set(window, 'told', 0)
      new EventSource('/live').addEventListener('changed', () => {
        Reflect.set(window, 'told', Reflect.get(window, 'told') + 1)
      })
    })
    let reads = 0
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/deliveries') reads += 1
    })
    const began = performance.now()

    for (let round = 0; round < 10; round++) {
      const events = Array.from({ length: 40 }, () => ({
        type: 'user.deleted' as const,
        data: { id: 'u' },
      }))
      await client.events.emitMany(events)
      // The pace of the load, and nothing that the test waits for.
      await page.waitForTimeout(200)
    }
    await expect.poll(() => receiver.received.length).toBe(400)
    await page.locator('tr', { hasText: 'delivery-400' }).waitFor()

    const most = Math.ceil((performance.now() - began) / 400) + 1
    expect(await page.evaluate(() => Reflect.get(window, 'told'))).toBeLessThanOrEqual(most)
    expect(reads).toBeLessThanOrEqual(most)
    expect(complaints).toEqual([])
  })
})

describe('a delivery', { timeout: 60_000 }, () => {
  test('is copied as curl, as a fixture and as a test; all of them have the bytes that verify', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive(statuses(500))
    const { secret } = await client.webhooks.create({
      url: receiver.url,
      events: ['*'],
      // A retry would draw the buttons anew under the mouse.
      retry: { preset: 'none' },
    })
    await client.events.emit({
      type: 'chat.message',
      data: { content: `it's "ü"` },
      validate: false,
    })
    const status = async () => (await client.deliveries.get('delivery-1')).status
    await expect.poll(status, { timeout: 10_000 }).toBe('failed')
    const { page } = await openPage(context, link, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.goto(`${origin}/deliveries/delivery-1?attempt=1`)
    await page.getByRole('button', { name: 'Copy as curl' }).waitFor()
    const copied = async (name: string) => {
      const button = await page.getByRole('button', { name }).elementHandle()
      await button?.click()
      await expect.poll(() => button?.textContent()).toBe('Copied')
      return page.evaluate(() => navigator.clipboard.readText())
    }

    expect(await copied('Copy as curl')).toContain(`--data-binary '{"id":"msg_`)
    expect(await copied('Copy as test case')).toContain(
      "import { safeVerify } from '@ainexlayer/webhooks'",
    )
    const dump = await copied('Copy as fixture')
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download the request' }).click()
    const file = readFileSync((await (await download).path()) ?? '')
    expect(file.toString()).toBe(dump.replaceAll(/\r?\n/g, '\r\n'))

    const [head = '', body = ''] = file.toString().split('\r\n\r\n')
    const headers = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': ') as [string, string])
    expect(await verifySignature({ headers, body, secret })).toMatchObject({ ok: true })
  })

  test('is edited and sent as a new event', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive()
    await client.webhooks.create({ url: receiver.url, events: ['*'] })
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    await expect.poll(() => receiver.received.length).toBe(1)
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/deliveries/delivery-1`)

    await page.getByRole('link', { name: 'Edit and send' }).click()
    await page.locator('[data-path=id]').fill('user-2')
    await page.getByRole('button', { name: 'Send', exact: true }).click()

    await expect.poll(() => receiver.received.length).toBe(2)
    const [first, second] = receiver.received.map(({ body }) => JSON.parse(body.toString()))
    expect(second.data).toEqual({ id: 'user-2' })
    expect(second.id).not.toBe(first.id)
  })

  test('shows what a fault changed beside the attempt before', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive(statuses(500, 500))
    const { id } = await client.webhooks.create({ url: receiver.url, events: ['*'] })
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    await expect.poll(() => receiver.received.length).toBe(1)
    await client.dev.setFaults(id, [
      { fault: { kind: 'tamperBody', how: 'append' }, probability: 1 },
    ])
    await expect.poll(() => receiver.received.length).toBe(2)
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/deliveries/delivery-1?attempt=2&part=diff`)

    await page.getByText('Compared with attempt 1').waitFor()
    expect(await page.locator('.diff .added').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('x-ainexlayer-attempt: 2')]),
    )
    await page.getByText('tamperBody').first().waitFor()
  })
})

describe('trigger', { timeout: 60_000 }, () => {
  test('says at which field the data does not fit, and what is wrong with the JSON', async (context) => {
    const { link, origin } = await startDashboard()
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/trigger?type=document.processed`)

    await page.locator('[data-path=id]').fill('')
    expect(await page.locator('textarea').inputValue()).not.toContain('"id"')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('#notices', { hasText: 'data.id' }).waitFor()
    await page.locator('[data-path=id][aria-invalid=true]').waitFor()

    await page.locator('textarea').fill('{"id": ')
    await page.locator('[data-json-error]').waitFor()
    await page.getByRole('button', { name: 'The example' }).click()
    expect(await page.locator('[data-path=id]').inputValue()).toBe('document-123')
  })

  test('sends many at a rate, and one with a fault', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive()
    await client.webhooks.create({ url: receiver.url, events: ['*'] })
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/trigger?type=user.deleted`)

    await page.locator('input[name=count]').fill('25')
    await page.locator('input[name=rate]').fill('50')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('25 events, 50 a second.').waitFor()
    await expect.poll(() => receiver.received.length).toBe(25)

    await page.locator('input[name=count]').fill('1')
    await page.locator('input[name=rate]').fill('')
    await page.locator('select[name=fault]').selectOption('timestamp')
    await page.locator('[name="fault.offsetSeconds"]').fill('-900')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect.poll(() => receiver.received.length).toBe(26)
    const age = Date.now() / 1000 - Number(receiver.received[25]?.headers['webhook-timestamp'])
    expect(age).toBeGreaterThan(890)
  })
})

describe('the fault lab', { timeout: 60_000 }, () => {
  test('plays a scenario, shows its verdict, and gives a report', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive()
    await client.webhooks.create({ url: receiver.url, events: ['*'] })
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/faults`)

    await page.locator('select[name=name]').selectOption('tamper-matrix')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.locator('#run-1 .badge', { hasText: 'failed' }).first().waitFor()
    // A run is open while it goes on, and stays so: a click beside the reading of its end may close it instead.
    await expect
      .poll(
        async () => {
          if (await page.locator('#run-1').getByText('wrong').first().isVisible()) return true
          await page.locator('#run-1 > summary').click()
          return false
        },
        { timeout: 10_000, interval: 250 },
      )
      .toBe(true)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Report (Markdown)' }).click()
    expect(readFileSync((await (await download).path()) ?? '', 'utf8')).toMatch(
      /^# tamper-matrix: failed/,
    )
  })

  test('moves a virtual clock to the end of all retries', async (context) => {
    const { link, origin, client } = await startDashboard({
      clock: virtualClock(Date.parse('2026-01-15T10:30:00Z')),
    })
    const receiver = await receive(statuses(500, 500, 500, 500, 500, 500))
    await client.webhooks.create({ url: receiver.url, events: ['*'] })
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    const { page } = await openPage(context, link)
    await page.goto(`${origin}/faults`)

    await page.getByRole('button', { name: 'To the end of all retries' }).click()

    await page.getByText('It is 2026-01-15T10:30:31').waitFor()
    expect(receiver.received).toHaveLength(6)
    await page.goto(`${origin}/deliveries/delivery-1`)
    await page.locator('h1 .badge', { hasText: 'failed' }).waitFor()
  })
})

describe('webhooks', { timeout: 60_000 }, () => {
  test('are changed, tested, rotated, disabled, enabled with a recovery, and deleted', async (context) => {
    const { link, origin, client } = await startDashboard()
    const receiver = await receive(statuses(410))
    const { id } = await client.webhooks.create({
      url: receiver.url,
      events: ['user.*'],
      headers: { 'x-own': 'kept' },
    })
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    const { page, complaints } = await openPage(context, link)
    page.on('dialog', (dialog) => void dialog.accept())

    await page.getByText('The endpoint answered 410').waitFor()
    await page.getByRole('button', { name: 'Re-enable' }).click()
    await page.locator('#notices').getByRole('button', { name: 'Count' }).click()
    await page.getByRole('button', { name: 'Recover 1' }).click()
    await expect.poll(() => receiver.received.length).toBe(2)

    await page.goto(`${origin}/webhooks/${id}`)
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.locator('#tested .badge', { hasText: 'delivered' }).waitFor()
    await page.getByRole('button', { name: 'Rotate' }).click()
    await page.locator('#rotated [data-secret]').waitFor()
    await page.locator('#secret-list .badge', { hasText: 'expires' }).waitFor()
    await page.getByLabel('Description').fill('Renamed')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('h1', { hasText: 'Renamed' }).waitFor()
    const changed = await client.webhooks.get(id)
    expect(changed.events).toEqual(['user.*'])
    expect(changed.headerNames).toEqual(['x-own'])
    await page.getByRole('button', { name: 'Disable' }).click()
    await page.locator('h1 .badge', { hasText: 'disabled' }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL('**/webhooks')
    expect((await client.webhooks.list()).data).toEqual([])
    expect(complaints).toEqual([])
  })
})

describe('the keyboard', { timeout: 60_000 }, () => {
  test('searches, walks, opens, sends again and explains itself', async (context) => {
    const { link, origin } = await startPopulated()
    const { page, complaints } = await openPage(context, link)
    await page.goto(`${origin}/deliveries?webhookId=webhook-1`)
    await expect.poll(() => page.locator('tr .badge', { hasText: 'delivered' }).count()).toBe(19)

    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('redeliver').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search')
    await page.keyboard.press('Escape')
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
    const href = await page.locator('tr[data-current]').getAttribute('data-href')
    expect(href).toBe(await page.locator('tbody tr').nth(1).getAttribute('data-href'))
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${href}`)
    await page.keyboard.press('r')
    await page.waitForURL('**/deliveries/delivery-26')
    expect(complaints).toEqual([])
  })
})

describe('without scripts', { timeout: 60_000 }, () => {
  test('every screen reads', async (context) => {
    const { link, origin } = await startPopulated()
    const { page } = await openPage(context, link, { javaScriptEnabled: false })
    for (const [path, words] of [
      ['/', 'Search index'],
      ['/deliveries', 'delivery-1'],
      ['/deliveries/delivery-1?part=signature', 'Signed content'],
      ['/trigger', 'Data, as JSON'],
      ['/faults', 'tamperBody'],
      ['/inbox', 'The signature does not match.'],
      ['/inbox/captured-1', 'chat.message'],
      ['/webhooks', 'Search index'],
      ['/webhooks/webhook-1', 'Signing secrets'],
      ['/catalog/chat.message', 'proposed by this project'],
    ] as const) {
      await page.goto(`${origin}${path}`)
      expect(await page.locator('main').textContent(), path).toContain(words)
    }
    await page.goto(`${origin}/deliveries`)
    await page.locator('.chip', { hasText: 'cancelled' }).locator('input').check({ force: true })
    await page.getByRole('button', { name: 'Apply' }).click()
    expect(new URL(page.url()).searchParams.get('status')).toBe('cancelled')
    expect(await page.locator('main').textContent()).toContain('Nothing matches')
  })
})
