import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixture } from '@ainexlayer/webhooks/testing'
import { eventTypes } from '@ainexlayer/webhooks-contract'
import { expect, test } from 'vitest'
import { retryPresets, virtualClock } from '../../src/index.ts'
import { receive } from '../receiving.ts'
import { openPage, startDashboard } from './browser.ts'

/** The pictures of docs/dashboard.md; `SCREENSHOTS=yes` writes them. */
const folder = join(import.meta.dirname, '../../../../docs/images')

const pictures = [
  ['dashboard-overview', '/', 'light', 1280, 820],
  ['dashboard-deliveries', '/deliveries', 'dark', 1280, 820],
  ['dashboard-delivery', '/deliveries/DELIVERY?part=signature', 'light', 1280, 820],
  ['dashboard-fault-lab', '/faults', 'light', 1280, 980],
  ['dashboard-trigger', '/trigger?type=document.processed', 'dark', 1280, 900],
  ['dashboard-phone', '/deliveries', 'light', 390, 780],
] as const

/** An hour of events: one endpoint that is well, one that fails since a while, one that is gone. */
const playAnHour = async () => {
  const clock = virtualClock(Date.parse('2026-01-15T09:30:00Z'))
  const started = await startDashboard({ clock, retry: retryPresets.svix, seed: 7 })
  const { client, sender } = started
  const answering = await receive((response, index) =>
    response.writeHead(index % 23 === 11 ? 503 : 200).end(),
  )
  let isBroken = false
  const breaking = await receive((response) =>
    response.writeHead(isBroken ? 500 : 200).end('{"error":"no database"}'),
  )
  const gone = await receive((response) => response.writeHead(410).end())
  const at = (url: string, path: string): string => url.replace('/hook', path)
  const { id } = await client.webhooks.create({
    url: at(answering.url, '/webhooks/search'),
    events: ['*'],
    description: 'Search index',
  })
  await client.webhooks.create({
    url: at(breaking.url, '/webhooks/billing'),
    events: ['document.*', 'workspace.*'],
    description: 'Billing worker',
  })
  await client.webhooks.create({
    url: at(gone.url, '/old'),
    events: ['user.deleted'],
    description: 'Old CRM',
  })
  for (let minute = 0; minute < 60; minute++) {
    isBroken = minute > 46
    const many = 2 + Math.round(3 + 3 * Math.sin(minute / 6)) + (minute % 4)
    for (let n = 0; n < many; n++) {
      const type = eventTypes[(minute * 7 + n * 5) % eventTypes.length] ?? 'chat.message'
      await client.events.emit({ type, data: fixture(type).data, validate: false })
    }
    await sender.advance(60_000)
  }
  // The last one fails by a fault, so that its signature has something to tell.
  await client.dev.setFaults(id, [
    { fault: { kind: 'tamperBody', how: 'crlf' }, probability: 0.25 },
  ])
  const { id: run } = await client.dev.runScenario('tamper-matrix', { webhookId: id })
  await expect.poll(async () => (await client.dev.run(run)).status).toBe('ended')
  const { deliveries } = await client.events.emit({
    type: 'document.processed',
    data: fixture('document.processed').data,
    faults: [{ kind: 'tamperBody', how: 'trailingNewline' }],
  })
  await sender.advance(1000)
  return { ...started, delivery: deliveries[0]?.id ?? '' }
}

test('the pictures of the documentation are of the screens as they are', {
  timeout: 120_000,
}, async (context) => {
  const { link, origin, delivery } = await playAnHour()
  for (const [name, path, colorScheme, width, height] of pictures) {
    const { page, complaints } = await openPage(context, link, {
      colorScheme,
      viewport: { width, height },
    })
    await page.goto(`${origin}${path.replace('DELIVERY', delivery)}`)
    await page.locator('#live[data-lost=no]').waitFor()
    await page.evaluate(() => document.querySelector('#run-1')?.setAttribute('open', ''))
    const picture = await page.screenshot()
    expect(picture.length, name).toBeGreaterThan(20_000)
    expect(picture.length, name).toBeLessThan(250_000)
    expect(complaints).toEqual([])
    if (process.env['SCREENSHOTS'] === 'yes') {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, `${name}.png`), picture)
    }
  }
})
