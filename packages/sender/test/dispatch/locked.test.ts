import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../src/delivery/clock.ts'
import { openDatabase } from '../../src/store/database.ts'
import { groupCommit } from '../../src/store/group-commit.ts'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

const folder = async (): Promise<string> => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-locked-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  return data
}

/** Another process that writes, until it is told to stop. */
const lock = (data: string) => {
  const other = new Database(join(data, 'sender.db'))
  other.exec('BEGIN IMMEDIATE')
  return () => {
    other.exec('ROLLBACK')
    other.close()
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('while another process writes the file, an attempt that was made is not made again, and it is stored afterwards', async () => {
  const data = await folder()
  let unlock: (() => void) | undefined
  const { url, received } = await receive((response) => {
    unlock ??= lock(data)
    response.end()
  })
  const { client, errors } = await startSender({ data, clock: systemClock })
  await client.webhooks.create({ url, events: ['*'] })
  await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  await vi.waitFor(() => expect(errors).toHaveLength(1), { timeout: 10_000 })
  await pause(300)
  expect(received).toHaveLength(1)
  await expect(
    client.events.emit({ type: 'user.deleted', data: { id: 'user-2' } }),
  ).rejects.toMatchObject({ status: 500 })
  unlock?.()
  await vi.waitFor(
    async () =>
      expect(await client.deliveries.get('delivery-1')).toMatchObject({
        status: 'delivered',
        attemptCount: 1,
      }),
    { timeout: 20_000 },
  )
  expect(received).toHaveLength(1)
})

test('many attempts that wait to be stored leave no warning, and each is made once', async () => {
  const data = await folder()
  const warnings: unknown[] = []
  const heard = (warning: Error) => warnings.push(warning.message)
  process.on('warning', heard)
  onTestFinished(() => void process.off('warning', heard))
  let unlock: (() => void) | undefined
  const { url, received } = await receive((response) => {
    unlock ??= lock(data)
    response.end()
  })
  const { client, sender } = await startSender({ data, clock: systemClock })
  const retry = { delaysSeconds: [1], jitter: 0 }
  await client.webhooks.create({ url, events: ['*'], retry, concurrency: 30 })
  const event = { type: 'user.deleted', data: { id: 'user-1' } } as const
  await client.events.emitMany(Array.from({ length: 30 }, () => event))
  // As many as one endpoint that takes its time may have.
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(20), { timeout: 20_000 })
  await pause(1000)
  unlock?.()
  await sender.idle()
  expect(received).toHaveLength(30)
  expect(warnings).toEqual([])
})

test('a sender closes while another process writes the file, and the attempt is made again by the next one', async () => {
  const data = await folder()
  let unlock: (() => void) | undefined
  const { url, received } = await receive((response) => {
    unlock ??= lock(data)
    response.end()
  })
  const first = await startSender({ data, clock: systemClock })
  await first.client.webhooks.create({ url, events: ['*'] })
  await first.client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  await vi.waitFor(() => expect(first.errors).toHaveLength(1), { timeout: 10_000 })
  await first.sender.close()
  unlock?.()
  await startSender({ data, clock: systemClock })
  await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 10_000 })
})

test('a write that met a lock does not keep later ones from being committed', async () => {
  const data = await folder()
  const db = openDatabase(join(data, 'sender.db'))
  onTestFinished(() => db.close())
  const unlock = lock(data)
  expect(() => db.run("INSERT INTO inbox VALUES (1, 1, '')")).toThrow(/locked/)
  unlock()
  db.run("INSERT INTO inbox VALUES (2, 2, '')")
  db.transaction(() => db.run("INSERT INTO inbox VALUES (3, 3, '')"))
  const other = new Database(join(data, 'sender.db'))
  onTestFinished(() => void other.close())
  expect(other.prepare('SELECT seq FROM inbox ORDER BY seq').all()).toEqual([
    { seq: 2 },
    { seq: 3 },
  ])
})

test('a group waits for a lock once, not once for each of its works', async () => {
  const data = await folder()
  const db = openDatabase(join(data, 'sender.db'))
  onTestFinished(() => db.close())
  const { add } = groupCommit(db)
  const unlock = lock(data)
  const startedAt = performance.now()
  const works = await Promise.allSettled(Array.from({ length: 50 }, () => add(() => 1)))
  expect(performance.now() - startedAt).toBeLessThan(5000)
  expect(works.every(({ status }) => status === 'rejected')).toBe(true)
  unlock()
  expect(await add(() => 1)).toBe(1)
})
