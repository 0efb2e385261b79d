import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtures } from '@ainexlayer/webhooks/testing'
import type { createSender, Sender } from '@ainexlayer/webhooks-sender'

const apiKey = 'bench'
const { type, data } = fixtures['chat.message']
const event = { type, data }

/** How events are emitted: returns after each step, so that the event loop may turn. */
export type Emitting = (sender: Sender, deliveries: number) => AsyncGenerator<void, void>

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** `emit`, again and again: a transaction for each. The event loop turns after every hundredth, as over HTTP. */
export const oneByOne: Emitting = async function* (sender, deliveries) {
  for (let n = 0; n < deliveries; n++) {
    sender.emit(event)
    if (n % 100 !== 0) continue
    yield
    await turn()
  }
}

const list = (length: number) => Array.from({ length }, () => event)

/** `emitMany`, 100 at a time. */
export const inGroups: Emitting = async function* (sender, deliveries) {
  for (let left = deliveries; left > 0; left -= 100) {
    await sender.emitMany(list(Math.min(100, left)))
    yield
  }
}

/** `emitMany` at a rate: what is due is emitted every 10 ms. */
export const atRate = (perSecond: number): Emitting =>
  async function* (sender, deliveries) {
    const began = performance.now()
    for (let sent = 0; sent < deliveries; ) {
      const due = Math.min(deliveries, Math.ceil(((performance.now() - began) / 1000) * perSecond))
      for (; sent < due; sent += Math.min(100, due - sent)) {
        await sender.emitMany(list(Math.min(100, due - sent)))
      }
      yield
      await sleep(10)
    }
  }

/** What one run took. */
export interface Run {
  readonly delivered: number
  /** Deliveries in a second, from the first emit to the last settled attempt. */
  readonly perSecond: number
  readonly emittingSeconds: number
  /** CPU time of the sender's process for one delivery, in microseconds. */
  readonly cpuMicroseconds: number
  /** Milliseconds of an attempt, as the sender's statistics tell. */
  readonly latencyMs: { readonly p50: number; readonly p99: number }
  /** Bytes of memory (RSS) before, and at every tenth of the deliveries. */
  readonly memory: readonly number[]
  readonly pageMs: number
}

/** What one run is made with. */
export interface RunOptions {
  readonly create: typeof createSender
  /** The endpoint. */
  readonly url: string
  readonly emitting: Emitting
  readonly deliveries: number
}

interface Stats {
  readonly latencyMs: { readonly p50: number; readonly p99: number }
  readonly delivered: number
}

/** Sends so many deliveries with a new sender, whose state is in a SQLite file, 64 at once. */
export const runSender = async (options: RunOptions): Promise<Run> => {
  const { create, url, emitting, deliveries } = options
  const folder = mkdtempSync(join(tmpdir(), 'ainl-bench-sender-'))
  const sender = create({ apiKey, data: folder, allowPrivateTargets: true, concurrency: 64 })
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await sender.fetch(
      new Request(`http://sender/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const { data } = (await response.json()) as { data: unknown }
    return data
  }
  const stats = () => call('GET', '/webhooks/webhook-1/stats') as Promise<Stats>
  try {
    await call('POST', '/webhooks', { url, events: ['*'], concurrency: 64 })
    global.gc?.()
    const memory = [process.memoryUsage().rss]
    const watch = setInterval(async () => {
      const { delivered } = await stats()
      const tenth = Math.floor((delivered * 10) / deliveries)
      if (tenth >= memory.length) memory[tenth] = process.memoryUsage().rss
    }, 250)
    const cpu = process.cpuUsage()
    const began = performance.now()
    for await (const _ of emitting(sender, deliveries));
    const emitted = performance.now()
    await sender.idle()
    const ended = performance.now()
    const { user, system } = process.cpuUsage(cpu)
    clearInterval(watch)
    memory[10] = process.memoryUsage().rss
    const { latencyMs, delivered } = await stats()
    const paging = performance.now()
    await call('GET', '/webhooks/webhook-1/deliveries?status=delivered&limit=100&page=2')
    return {
      delivered,
      perSecond: (deliveries * 1000) / (ended - began),
      emittingSeconds: (emitted - began) / 1000,
      cpuMicroseconds: (user + system) / deliveries,
      latencyMs,
      memory,
      pageMs: performance.now() - paging,
    }
  } finally {
    await sender.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
