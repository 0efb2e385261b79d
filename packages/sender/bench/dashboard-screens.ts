/**
 * How long each screen of the dashboard takes to answer with a long log, in Chromium's own measure, beside a page
 * without content; and how the live list does at 200 attempts a second.
 *
 *     npx tsx --conditions @ainexlayer/source bench/dashboard-screens.ts 100000
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@ainexlayer/webhooks-client'
import { chromium, type Page } from 'playwright-core'
import { createSender } from '../src/index.ts'
import { fillLog } from './fill-log.ts'

const rows = Number(process.argv[2] ?? 100_000)
const data = await mkdtemp(join(tmpdir(), 'ainl-bench-'))
// All of it in the last 50 minutes: the overview then counts every attempt.
fillLog({ data, rows, now: Date.now(), spanMs: 3_000_000 })
const sender = createSender({
  apiKey: 'key',
  data,
  dev: true,
  dashboard: true,
  allowPrivateTargets: true,
  keepDeliveries: rows + 100_000,
})
const { url, dashboard = '' } = await sender.start()
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
await page.goto(dashboard)

/** The median of several times from the request to the end of the answer, in milliseconds. */
const answered = async (
  target: Page,
  path: string,
): Promise<readonly [first: number, median: number]> => {
  const times: number[] = []
  for (let run = 0; run < 9; run++) {
    await target.goto(new URL(path, url).href)
    times.push(
      await target.evaluate(() => {
        const [entry] = performance.getEntriesByType('navigation')
        return entry instanceof PerformanceNavigationTiming
          ? entry.responseEnd - entry.requestStart
          : 0
      }),
    )
  }
  const [first = 0] = times
  return [first, times.toSorted((a, b) => a - b)[4] ?? 0]
}

const screens = [
  '/nothing',
  '/',
  '/deliveries',
  '/deliveries?status=failed',
  '/deliveries?status=pending',
  '/deliveries?webhookId=webhook-3&status=failed,retrying&eventType=user.login',
  '/deliveries?statusClass=5xx',
  '/deliveries?eventId=msg_77',
  '/deliveries?search=delivery-77',
  '/deliveries?search=nothing-has-this',
  `/deliveries?page=${Math.floor(rows / 100)}`,
  '/deliveries/delivery-50000',
  '/trigger',
  '/faults',
  '/inbox',
  '/webhooks',
  '/webhooks/webhook-1',
  '/catalog',
  '/catalog/chat.message',
]
console.log(`${rows} deliveries; the first answer and the median of nine, in milliseconds`)
let trivial = 0
for (const path of screens) {
  const [first, median] = await answered(page, path)
  if (path === '/nothing') trivial = median
  const mark = median - trivial > 100 ? '  <-- above 100 ms' : ''
  console.log(`${first.toFixed(1).padStart(8)} ${median.toFixed(1).padStart(8)}  ${path}${mark}`)
}

const receiver = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200).end())
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')
const client = createClient({ apiKey: 'key', baseUrl: url })
await client.webhooks.create({
  url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
  events: ['user.deleted'],
  concurrency: 50,
})
await page.goto(new URL('/deliveries', url).href)
// As a text: what tsx makes of a function needs a helper that the page does not have.
await page.evaluate(`
  window.seen = { longest: 0, last: performance.now() }
  const frame = () => {
    const now = performance.now()
    seen.longest = Math.max(seen.longest, now - seen.last)
    seen.last = now
    requestAnimationFrame(frame)
  }
  frame()
`)
let reads = 0
const latencies: number[] = []
page.on('requestfinished', (request) => {
  if (!request.url().includes('/deliveries')) return
  reads += 1
  latencies.push(request.timing().responseEnd)
})
const seconds = 10
const began = performance.now()
let sent = 0
while (performance.now() - began < seconds * 1000) {
  const due = Math.floor(((performance.now() - began) / 1000) * 200) - sent
  if (due > 0) {
    sent += due
    const event = { type: 'user.deleted' as const, data: { id: 'user-1' } }
    await client.events.emitMany(Array.from({ length: Math.min(100, due) }, () => event))
  }
  await new Promise((resolve) => setTimeout(resolve, 50))
}
await page.locator('tbody tr').first().waitFor()
const longest = await page.evaluate<number>('seen.longest')
const sorted = latencies.toSorted((a, b) => a - b)
console.log(
  `live list at ${Math.round(sent / seconds)} events a second: ${(reads / seconds).toFixed(1)} refreshes a second, each answered in ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} ms (median), ${sorted.at(-1)?.toFixed(0)} ms at most; the page stood still for ${longest.toFixed(0)} ms at most`,
)
await browser.close()
receiver.closeAllConnections()
receiver.close()
await sender.close()
await rm(data, { recursive: true, force: true })
