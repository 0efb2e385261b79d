import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { sqliteStore } from '@ainexlayer/webhooks-sqlite'
import Database from 'libsql'
import { expect, onTestFinished, test, vi } from 'vitest'

const writer = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require('libsql')
const db = new Database(workerData.file)
db.exec('BEGIN IMMEDIATE')
parentPort.postMessage('locked')
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.ms)
db.exec('COMMIT')
db.close()`

/** A receiver on a file that another writer locks for a while. */
const setUp = async (busyTimeoutMs: number, lockedMs: number) => {
  const folder = await mkdtemp(join(tmpdir(), 'ainl-busy-'))
  const file = join(folder, 'events.db')
  const db = new Database(file)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA busy_timeout = ${busyTimeoutMs}`)
  const store = sqliteStore({ db })
  await store.migrate()
  const handler = vi.fn()
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store,
    storeTimeoutMs: 5000,
  }).on('*', handler)
  const worker = new Worker(writer, { eval: true, workerData: { file, ms: lockedMs } })
  await once(worker, 'message')
  onTestFinished(async () => {
    await worker.terminate()
    db.close()
    await rm(folder, { recursive: true, force: true })
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  return { result: await receiver.handle(request), handler }
}

test('a claim waits for another writer that holds the file for a second', async () => {
  const { result, handler } = await setUp(3000, 1000)
  expect(result).toMatchObject({ outcome: 'processed' })
  expect(handler).toHaveBeenCalledOnce()
})

test('a file that stays locked is 503, and the handlers do not run', async () => {
  const { result, handler } = await setUp(100, 1500)
  expect(result).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(handler).not.toHaveBeenCalled()
})
