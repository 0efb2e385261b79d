/**
 * How long the calls of the API keep the event loop busy at a stretch, with a log of many rows.
 *
 *     npx tsx --conditions @ainexlayer/source bench/longest-block.ts 1000000
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSender } from '../src/index.ts'
import { fillLog } from './fill-log.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const data = await mkdtemp(join(tmpdir(), 'ainl-bench-'))
const now = Date.now()
const day = 86_400_000
/** The longest time between two turns of the event loop while the work goes on, in milliseconds. */
const longestBlock = async (
  work: () => Promise<unknown>,
): Promise<[block: number, took: number]> => {
  let longest = 0
  let last = performance.now()
  let goesOn = true
  const turn = (): void => {
    const at = performance.now()
    longest = Math.max(longest, at - last)
    last = at
    if (goesOn) setImmediate(turn)
  }
  const began = performance.now()
  setImmediate(turn)
  await work()
  goesOn = false
  return [longest, performance.now() - began]
}

const began = performance.now()
fillLog({ data, rows, now, spanMs: 27 * day })
console.log(
  `filled ${rows} events, deliveries and attempts in ${Math.round(performance.now() - began)} ms`,
)
const sender = createSender({
  apiKey: 'key',
  data,
  allowPrivateTargets: true,
  keepDays: 400,
  keepBodiesDays: 400,
  keepDeliveries: rows + 100_000,
})
const call = async (method: string, path: string, body?: object): Promise<void> => {
  const answer = await sender.fetch(
    new Request(`http://localhost/api/v1${path}`, {
      method,
      headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }),
  )
  const text = await answer.text()
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
}
const since = new Date(now - 8 * day).toISOString()
const recent = new Date(now - 2 * day).toISOString()
const calls: readonly (readonly [method: string, path: string, body?: object])[] = [
  ['GET', '/webhooks'],
  ['GET', '/deliveries'],
  ['GET', `/deliveries?page=${Math.floor(rows / 40)}`],
  ['GET', '/deliveries?status=failed'],
  ['GET', '/deliveries?status=pending'],
  ['GET', '/deliveries?webhookId=webhook-3&status=failed,retrying'],
  ['GET', '/deliveries?eventType=user.login&statusClass=5xx'],
  ['GET', '/deliveries?eventId=msg_77'],
  ['GET', '/deliveries?search=nothing-has-this'],
  ['GET', '/events'],
  ['GET', '/events?search=nothing-has-this'],
  ['GET', '/events/msg_77/timeline'],
  ['GET', '/attempts?outcome=failed'],
  ['GET', '/attempts?webhookId=webhook-3&include=body'],
  ['GET', `/stats?since=${since}&bucket=hour`],
  ['GET', `/webhooks/webhook-1/stats?since=${since}`],
  ['POST', '/webhooks/webhook-1/recover', { since: recent, dryRun: true }],
  [
    'POST',
    '/deliveries/redeliver',
    { filter: { status: ['failed'], after: recent }, dryRun: true },
  ],
  ['POST', '/webhooks/webhook-1/recover', { since: recent }],
  ['POST', '/deliveries/cancel', { filter: { webhookId: 'webhook-1' } }],
  ['PATCH', '/webhooks/webhook-2', { active: false }],
  ['DELETE', '/webhooks/webhook-3'],
]
// The first one of each prepares its statements, and the start sweeps.
await sender.idle()
for (const [method, path, body] of calls) {
  const [block, took] = await longestBlock(() => call(method, path, body))
  const mark = block > 20 ? '  <-- above 20 ms' : ''
  console.log(
    `${block.toFixed(1).padStart(7)} ms longest, ${took.toFixed(0).padStart(6)} ms in all  ${method} ${path.slice(0, 70)}${mark}`,
  )
}
await sender.close()
await rm(data, { recursive: true, force: true })
