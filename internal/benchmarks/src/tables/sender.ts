import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixtures } from '@ainexlayer/webhooks/testing'
import { createSender } from '@ainexlayer/webhooks-sender'
import type { Table } from '../table.ts'

const deliveries = 20_000
const apiKey = 'bench'

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`

/** The throughput of the reference sender for 20,000 deliveries, with its state on disk. */
export const sender = async (): Promise<Table> => {
  const folder = mkdtempSync(join(tmpdir(), 'ainl-bench-sender-'))
  const server = fork(fileURLToPath(new URL('../http/answering-server.ts', import.meta.url)))
  const [port] = (await once(server, 'message')) as [number]
  const sending = createSender({ apiKey, data: folder, allowPrivateTargets: true, concurrency: 64 })
  const call = async (method: string, path: string, body?: object) => {
    const response = await sending.fetch(
      new Request(`http://sender/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    return (await response.json()) as { data: unknown }
  }
  try {
    const url = `http://127.0.0.1:${port}/`
    await call('POST', '/webhooks', { url, events: ['*'], concurrency: 64 })
    const { type, data } = fixtures['chat.message']
    let peak = process.memoryUsage().rss
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 50)
    const before = peak
    const emitting = performance.now()
    for (let n = 0; n < deliveries; n++) {
      sending.emit({ type, data })
      // As over HTTP: the event loop turns between two events.
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const emitted = performance.now()
    await sending.idle()
    const ended = performance.now()
    clearInterval(watch)
    const { data: stats } = await call('GET', '/webhooks/webhook-1/stats')
    const { latencyMs, delivered } = stats as {
      latencyMs: { p50: number; p99: number }
      delivered: number
    }
    const paging = performance.now()
    await call('GET', '/webhooks/webhook-1/deliveries?status=delivered&limit=100&page=2')
    const pageMs = performance.now() - paging
    return {
      title: `The reference sender, ${deliveries.toLocaleString('en-GB')} deliveries`,
      note: 'To a bare server in another process on loopback, 64 at once, with the state in a SQLite file; the log keeps each delivery with its event and its attempt.',
      columns: ['', 'measured'],
      rows: [
        ['delivered', String(delivered)],
        ['rate, with emitting', `${Math.round((deliveries * 1000) / (ended - emitting))}/s`],
        ['emitting alone took', `${((emitted - emitting) / 1000).toFixed(1)} s`],
        ['an attempt, median', `${latencyMs.p50.toFixed(1)} ms`],
        ['an attempt, p99', `${latencyMs.p99.toFixed(1)} ms`],
        ['memory (RSS) before', megabytes(before)],
        ['memory (RSS) at its peak', megabytes(peak)],
        ['a page of 100 from the log', `${pageMs.toFixed(1)} ms`],
      ],
    }
  } finally {
    await sending.close()
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
