import { safeVerify } from '@ainexlayer/webhooks'
import { expect, test } from 'vitest'
import { receive } from '../receiving.ts'
import { openPage, startDashboard } from './browser.ts'

test('a webhook is created, gets an event live, fails by a fault with its reason, and recovers', {
  timeout: 90_000,
}, async (context) => {
  const { link, origin, errors } = await startDashboard()
  let secret = ''
  const receiver = await receive(async (response, _, { headers, body }) => {
    const { ok } = await safeVerify({ headers, body, secret })
    response.writeHead(ok ? 200 : 401).end()
  })
  const { page, complaints } = await openPage(context, link)
  const watching = await page.context().newPage()
  await watching.goto(`${origin}/deliveries`)
  // A page behind another one is drawn once a second.
  await page.bringToFront()

  // Create a webhook; its secret is shown once.
  await page.getByRole('link', { name: 'Create one' }).click()
  await page.getByLabel('URL').fill(receiver.url)
  await page.getByLabel('Description').fill('The receiver')
  await page.getByText('Retries, limits, headers and wire').click()
  await page.locator('select[name=retry]').selectOption('none')
  await page.getByRole('button', { name: 'Create webhook' }).click()
  secret = (await page.locator('[data-secret]').textContent()) ?? ''
  expect(secret).toMatch(/^whsec_/)

  // Trigger: the event arrives, and the list that somebody watches shows it without a reload.
  await page.getByRole('link', { name: 'Send an event' }).click()
  await page.locator('select[name=type]').selectOption('chat.message')
  await page.locator('[data-path=content]').fill('Hello from the dashboard')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.locator('#sent .badge', { hasText: 'delivered' }).waitFor()
  await watching.locator('tr', { hasText: 'chat.message' }).getByText('delivered').waitFor()
  expect(receiver.received[0]?.body.toString()).toContain('Hello from the dashboard')

  // Open it, look at the signature, and send it again.
  await page.locator('#sent').getByRole('link', { name: 'delivery-1' }).click()
  await page.getByText('Hello from the dashboard').waitFor()
  await page.getByRole('link', { name: 'Signature' }).click()
  await page.getByText('Genuine: signed with the secret').waitFor()
  await page.getByRole('button', { name: 'Redeliver' }).click()
  await page.waitForURL('**/deliveries/delivery-2')
  await page.locator('h1 .badge', { hasText: 'delivered' }).waitFor()
  expect(receiver.received.map(({ body }) => body.toString('hex'))).toEqual(
    Array(2).fill(receiver.received[0]?.body.toString('hex')),
  )

  // A fault: the attempt fails, and the dashboard says why.
  await page.getByRole('link', { name: 'Fault lab' }).click()
  await page.locator('#faults select[name=fault]').selectOption('tamperBody')
  await page.locator('[name="fault.how"]').selectOption('trailingNewline')
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.locator('#faults li', { hasText: 'trailingNewline' }).waitFor()
  await page.goto(`${origin}/trigger?type=user.deleted`)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.locator('#sent .badge', { hasText: 'failed' }).waitFor()
  await watching.locator('tr', { hasText: 'user.deleted' }).getByText('failed').waitFor()
  await page.locator('#sent').getByRole('link', { name: 'delivery-3' }).click()
  await page.locator('.attempt .badge', { hasText: '401' }).waitFor()
  await page.getByRole('link', { name: 'Signature' }).click()
  await page.getByText('A line break was added to the end of the body.').waitFor()

  // The fault is switched off, and what failed is recovered, counted first.
  await page.getByRole('link', { name: 'Fault lab' }).click()
  await page.getByRole('button', { name: 'Switch all off' }).click()
  await page.getByText('None: deliveries go out as they should.').waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByText('Recover 1 that did not arrive').click()
  await page.getByRole('button', { name: 'Count' }).click()
  await page.getByRole('button', { name: 'Recover 1' }).click()
  await page.getByText('1 on their way again').waitFor()
  await watching.locator('tr', { hasText: 'delivery-4' }).getByText('delivered').waitFor()
  expect(receiver.received).toHaveLength(4)
  expect(complaints).toEqual([])
  expect(errors).toEqual([])
})
