import { reachable } from '@ainexlayer/webhooks-conformance'

/** Where the tests find Redis. */
export const url = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379')
/** Whether it is running. */
export const there = await reachable('Redis', url.href)
/** Why a test is skipped. */
export const noServer = `no Redis at ${url.host}`

/** BullMQ's connection options. */
export const connectionTo = ({ hostname, port }: URL) => ({
  host: hostname,
  port: Number(port),
  maxRetriesPerRequest: null,
})

let made = 0
/** A queue name unique to this run. */
export const newQueueName = (): string =>
  `ainl-test-${Date.now().toString(36)}-${process.pid}-${++made}`
