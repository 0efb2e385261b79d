import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { retryPresets, type SenderOptions } from '../../src/index.ts'
import { receive } from '../receiving.ts'
import { countEvents, openPage, startDashboard } from './browser.ts'

const timeout = 60_000

/** A dashboard with a webhook whose receiver answers 500. */
const startFailing = async (retry: SenderOptions['retry'] = retryPresets.none) => {
  const dashboard = await startDashboard({ retry })
  const receiver = await receive((response) => response.writeHead(500).end())
  const webhook = await dashboard.client.webhooks.create({ url: receiver.url, events: ['*'] })
  const emit = () =>
    dashboard.client.events.emit({ type: 'chat.message', data: {}, validate: false })
  return { ...dashboard, webhook, emit }
}

/** What a browser does to a page that goes behind another one: here all are in front. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)

test('tabs that nobody sees leave the connections of the browser to those that somebody does', {
  timeout,
}, async (context) => {
  const { link, origin, emit } = await startFailing()
  const { page } = await openPage(context, link)
  const tabs = [page]
  await setHidden(page, true)
  for (let tab = 0; tab < 7; tab++) {
    const next = await page.context().newPage()
    await next.goto(`${origin}/deliveries`)
    if (tab < 6) await setHidden(next, true)
    tabs.push(next)
  }
  await emit()
  await tabs.at(-1)?.locator('tr[data-row]').first().waitFor()
  // What happened meanwhile is there when somebody comes back.
  const first = tabs[1]
  expect(await first?.locator('tr[data-row]').count()).toBe(0)
  if (first !== undefined) await setHidden(first, false)
  await first?.locator('tr[data-row]').first().waitFor()
})

test('what was chosen and counted on the overview outlives news', { timeout }, async (context) => {
  const { link, emit } = await startFailing()
  await emit()
  const { page } = await openPage(context, link)
  await page.getByText('Recover 1 that did not arrive').click()
  await page.locator('select[name=seconds]').selectOption('604800')
  await page.getByRole('button', { name: 'Count' }).click()
  await page.getByRole('button', { name: 'Recover 1' }).waitFor()
  await emit()
  await page.getByText('Recover 2 that did not arrive').waitFor()
  expect(await page.locator('select[name=seconds]').inputValue()).toBe('604800')
  await page.getByRole('button', { name: 'Recover 1' }).click()
  await page.getByText('on their way again').waitFor()
})

test('a form that is typed into while the page is read is not replaced', {
  timeout,
}, async (context) => {
  const { link, emit } = await startFailing()
  await emit()
  const { page } = await openPage(context, link)
  await page.getByText('Recover 1 that did not arrive').click()
  let answer = (): void => {}
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route('**/*', async (route) => {
    if (route.request().headers()['hx-request'] !== undefined) await mayAnswer
    await route.continue()
  })
  const swaps = await countEvents(page, 'htmx:afterSwap')
  const ended = await countEvents(page, 'htmx:afterRequest')
  const asked = page.waitForRequest('**/')
  await emit()
  await asked
  await page.locator('select[name=seconds]').focus()
  answer()
  await expect.poll(ended).toBeGreaterThan(0)
  expect(await swaps()).toBe(0)
  await page.locator('select[name=seconds]').blur()
  await page.getByText('Recover 2 that did not arrive').waitFor()
})

test('what is marked on a page stays marked as long as its own news are none', {
  timeout,
}, async (context) => {
  const { link, origin, emit } = await startFailing(retryPresets.standard)
  const { deliveries } = await emit()
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/deliveries/${deliveries[0]?.id}`)
  await page.getByRole('heading', { name: 'chat.message' }).waitFor()
  // The first reading after a change of its own is put in place.
  const settled = await countEvents(page, 'htmx:afterSettle')
  await emit()
  await expect.poll(settled).toBeGreaterThan(0)
  await page.locator('h1 .mono').selectText()
  const ended = await countEvents(page, 'htmx:afterRequest')
  await emit()
  await expect.poll(ended).toBeGreaterThan(0)
  expect(await page.evaluate(() => String(getSelection()))).toBe('chat.message')
})

test('the focus stays in a list that is read again', { timeout }, async (context) => {
  const { link, origin, emit } = await startFailing()
  const { deliveries } = await emit()
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/deliveries`)
  const first = page.locator(`tr[data-id=${deliveries[0]?.id}] a`).first()
  await first.focus()
  await emit()
  await page.locator('tr[data-row]').nth(1).waitFor()
  await expect.poll(() => first.evaluate((one) => one === document.activeElement)).toBe(true)
})

test('a reading that never ends does not keep the later ones waiting', {
  timeout,
}, async (context) => {
  const { link, origin, emit } = await startFailing()
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/deliveries`)
  let reads = 0
  await page.route('**/deliveries', async (route) => {
    reads += 1
    // The first is never answered.
    if (reads > 1) await route.continue()
  })
  await emit()
  await page.locator('tr[data-row]').first().waitFor({ timeout: 20_000 })
})

test('the button says that there is no connection, whatever is clicked', {
  timeout,
}, async (context) => {
  const { link, origin, sender } = await startFailing()
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/deliveries`)
  await page.locator('#live[data-lost=no]').click()
  expect(await page.locator('#live').textContent()).toBe('Paused')
  await sender.close()
  await page.locator('#live', { hasText: 'No connection' }).click()
  expect(await page.locator('#live').textContent()).toBe('No connection')
})

test('why a webhook did not get an event stays on the page', { timeout }, async (context) => {
  const { link, origin, client, webhook } = await startFailing()
  await client.webhooks.update(webhook.id, { active: false })
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/trigger?type=chat.message`)
  const ended = await countEvents(page, 'htmx:afterRequest')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText(`${webhook.id}: inactive`).waitFor()
  // That of sending, and the first reading of the result.
  await expect.poll(ended).toBeGreaterThan(1)
  expect(await page.getByText(`${webhook.id}: inactive`).count()).toBe(1)
})

test('a page of a delivery that has ended stands still', { timeout }, async (context) => {
  const { link, origin, emit } = await startFailing()
  const { deliveries } = await emit()
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/deliveries/${deliveries[0]?.id}`)
  await page.locator('#delivery > [data-ended]').waitFor({ state: 'attached' })
  let reads = 0
  page.on('request', (request) => {
    if (request.headers()['hx-request'] !== undefined) reads += 1
  })
  const heard = await countEvents(page, 'live')
  await emit()
  await expect.poll(heard).toBeGreaterThan(0)
  expect(reads).toBe(0)
})

test('the page of a webhook that was deleted says so, and is not read again', {
  timeout,
}, async (context) => {
  const { link, origin, client, webhook, emit } = await startFailing()
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/webhooks/${webhook.id}`)
  await page.locator('#live[data-lost=no]').waitFor()
  await client.webhooks.delete(webhook.id)
  await emit()
  await page.locator('#webhook-head').getByText('no longer there').waitFor()
  await page.locator('#secret-list').getByText('no longer there').waitFor()
  const read = vi.fn()
  page.on('request', read)
  const heard = await countEvents(page, 'live')
  await emit()
  await expect.poll(heard).toBeGreaterThan(0)
  expect(read).not.toHaveBeenCalled()
})

test('a key that is pressed just when the list is put in place moves on from the current row', {
  timeout,
}, async (context) => {
  const { link, origin, emit } = await startFailing()
  for (let n = 0; n < 3; n++) await emit()
  const { page } = await openPage(context, link)
  await page.goto(`${origin}/deliveries`)
  await page.locator('tr[data-row]').nth(2).waitFor()
  for (const key of ['j', 'j']) await page.keyboard.press(key)
  await page.evaluate(() => {
    const press = () =>
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }))
    // After every other listener, and before it has settled.
    document.body.addEventListener('htmx:afterSwap', () => setTimeout(press), { once: true })
  })
  const settled = await countEvents(page, 'htmx:afterSettle')
  await emit()
  await page.locator('tr[data-row]').nth(3).waitFor()
  await expect.poll(settled).toBeGreaterThan(0)
  expect(
    await page
      .locator('tr[data-row]')
      .evaluateAll((rows) => rows.map((row) => row.hasAttribute('data-current'))),
  ).toEqual([false, false, false, true])
})
