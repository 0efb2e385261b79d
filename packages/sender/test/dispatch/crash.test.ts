import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { receive } from '../receiving.ts'

const entry = fileURLToPath(new URL('./crash-main.ts', import.meta.url))

const start = (...args: string[]) => {
  const child = fork(entry, args, {
    execArgv: ['--import', import.meta.resolve('tsx'), '--conditions', '@ainexlayer/source'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

test('a sender that is killed with -9 in mid-delivery delivers all that was pending when it is started again', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-crash-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const events = 200
  const { url, received } = await receive((response) => {
    setTimeout(() => response.end(), 5)
  })
  const doomed = start(data, url, String(events))
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(20), { timeout: 10_000 })
  const gone = once(doomed, 'exit')
  doomed.kill('SIGKILL')
  await gone
  const before = received.length
  expect(before).toBeLessThan(events)

  const again = start(data)
  for await (const [message] of (async function* () {
    for (;;) yield await once(again, 'message')
  })()) {
    if (message === 'idle') break
  }
  const runs = new Map<string, number>()
  for (const { headers } of received) {
    const id = String(headers['webhook-id'])
    runs.set(id, (runs.get(id) ?? 0) + 1)
  }
  const emitted = runs.size
  const duplicates = received.length - emitted
  console.log(`killed after ${before} of ${events}: ${emitted} delivered, ${duplicates} duplicates`)
  // What was under way when it was killed may come twice, and nothing else.
  expect(duplicates).toBeLessThanOrEqual(8)
  expect([...runs.keys()].sort()).toEqual(
    Array.from({ length: events }, (_, n) => `msg_${n}`).sort(),
  )
})

test('of what was emitted and settled in groups, a kill -9 loses nothing, and nothing is marked delivered that was not', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-crash-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const answered = new Set<string>()
  const { url, received } = await receive((response, _, { headers }) => {
    answered.add(String(headers['webhook-id']))
    response.end()
  })
  const doomed = start(data, url, '5000', 'in groups')
  const promised: string[] = []
  doomed.on('message', (ids) => {
    if (Array.isArray(ids)) promised.push(...ids)
  })
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(500), { timeout: 20_000 })
  const gone = once(doomed, 'exit')
  doomed.kill('SIGKILL')
  await gone
  const db = openDatabase(join(data, 'sender.db'))
  const stored = (condition: string) =>
    db
      .all(`SELECT e.id FROM deliveries d JOIN events e ON e.seq = d.event WHERE ${condition}`)
      .map(({ id }) => String(id))
  const all = stored('1')
  const delivered = stored("d.status = 'delivered'")
  expect(all).toEqual(expect.arrayContaining(promised))
  expect([...answered]).toEqual(expect.arrayContaining(delivered))
  expect(stored("d.status = 'delivered' AND d.seq NOT IN (SELECT delivery FROM attempts)")).toEqual(
    [],
  )
  db.close()
  console.log(
    `killed: ${promised.length} promised, ${all.length} stored, ${answered.size} answered, ${delivered.length} marked`,
  )
  const again = start(data)
  await vi.waitFor(
    async () => {
      const [message] = await once(again, 'message')
      expect(message).toBe('idle')
    },
    { timeout: 50_000 },
  )
  expect([...answered].sort()).toEqual([...all].sort())
})
