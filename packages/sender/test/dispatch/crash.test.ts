import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
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
