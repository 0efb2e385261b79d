import { createHash } from 'node:crypto'
import {
  assertDuration,
  assertOptions,
  type IdempotencyStore,
  storeUnavailable,
} from '@ainexlayer/webhooks/store'
import { claimOutcome, isYes } from './answer.ts'
import { assertClient, type RedisClient, scriptRunner } from './client.ts'
import { warnWithoutListener } from './error-listener.ts'
import { evictionWarning } from './eviction.ts'
import { claimScript, completeScript, forgetScript, releaseScript, renewScript } from './scripts.ts'

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** Your own client: ioredis or node-redis. Not one that a BullMQ worker uses for blocking commands. */
  readonly client: RedisClient
  /** The prefix of every key, default `ainexlayer:`. */
  readonly prefix?: string
  /** Called at the first claim if the client has no `error` listener or the server may evict claims; default `console.warn`. */
  readonly warn?: (message: string) => void
}

/**
 * Remembers handled events in Redis (5 or later) or Valkey. Each operation is one script and one round
 * trip, and uses the server's clock.
 *
 * Redis gives a strong best effort, no guarantee: without `appendonly yes` a restart forgets, a failover
 * may lose the last claims, and every `maxmemory-policy` other than `noeviction` may drop a claim in
 * flight. Where a double run costs money, use the transactional mode of a SQL store.
 *
 * @throws WebhookConfigurationError `option_invalid` for an option that does not exist, and for what is no client
 *
 * @example
 * const client = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 1000 })
 * client.on('error', (error) => console.error(error))
 * createReceiver({ secret, endpoint: 'billing', store: redisStore({ client }) })
 */
export const redisStore = (options: RedisStoreOptions): IdempotencyStore => {
  assertOptions<RedisStoreOptions>('redisStore', options, { client: 1, prefix: 1, warn: 1 })
  const { client, prefix = 'ainexlayer:', warn = console.warn } = options
  assertClient(client)
  const runner = scriptRunner(client)

  const script = (source: string) => {
    const sha = createHash('sha1').update(source).digest('hex')
    return async (key: string, ...args: (string | number)[]): Promise<unknown> => {
      const texts = args.map(String)
      try {
        return await runner.bySha(sha, prefix + key, texts).catch((error: unknown) => {
          // The server forgets its scripts on a restart or a flush; `eval` loads them again.
          if (!String(error).includes('NOSCRIPT')) throw error
          return runner.bySource(source, prefix + key, texts)
        })
      } catch (error) {
        throw storeUnavailable('Redis', error)
      }
    }
  }
  const [claim, renew, complete, release, forget] = [
    script(claimScript),
    script(renewScript),
    script(completeScript),
    script(releaseScript),
    script(forgetScript),
  ]
  let inspected = false
  const inspect = async (key: string): Promise<void> => {
    if (inspected) return
    inspected = true
    const warning = await evictionWarning(runner, prefix + key)
    if (warning !== undefined) warn(warning)
  }

  return {
    name: 'redis',
    shared: true,
    claim: async ({ key, token, fingerprint, leaseMs, retentionMs }) => {
      assertDuration('leaseMs', leaseMs)
      assertDuration('retentionMs', retentionMs)
      warnWithoutListener(client, warn)
      const reply = await claim(key, token, fingerprint, Math.ceil(leaseMs), Math.ceil(retentionMs))
      // A `warn` of the user's that throws changes nothing.
      inspect(key).catch(() => {})
      return claimOutcome(reply)
    },
    renew: async ({ key, token, leaseMs }) => {
      assertDuration('leaseMs', leaseMs)
      return isYes(await renew(key, token, Math.ceil(leaseMs)))
    },
    complete: async ({ key, token, result }) =>
      isYes(await complete(key, token, result === null ? '' : `=${result}`)),
    release: async ({ key, token, delayMs = 0 }) =>
      isYes(await release(key, token, Math.ceil(delayMs))),
    forget: async (key) => isYes(await forget(key)),
  }
}
