import { assertMethods } from '@ainexlayer/webhooks/store'

/** The part of an ioredis client (`Redis` or `Cluster`) that the store uses. */
export interface IoredisClient {
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>
}

/** The part of a node-redis client that the store uses. */
export interface NodeRedisClient {
  evalSha(sha: string, options: ScriptOptions): Promise<unknown>
  eval(script: string, options: ScriptOptions): Promise<unknown>
}

/** How node-redis takes the keys and arguments of a script. */
export interface ScriptOptions {
  keys: string[]
  arguments: string[]
}

/** Either of the two clients. */
export type RedisClient = IoredisClient | NodeRedisClient

/** @throws WebhookConfigurationError `option_invalid` for what is neither of the two clients */
export const assertClient = (client: RedisClient): void => {
  const isNodeRedis = typeof client === 'object' && client !== null && 'evalSha' in client
  assertMethods(
    'client',
    client,
    [isNodeRedis ? 'evalSha' : 'evalsha', 'eval'],
    'Pass your own client: `redisStore({ client: new Redis(url) })` with ioredis, or a connected one of node-redis.',
  )
}

/** Runs one script on one key. */
export interface ScriptRunner {
  bySha(sha: string, key: string, args: string[]): Promise<unknown>
  bySource(source: string, key: string, args: string[]): Promise<unknown>
}

/** Runs scripts on either client; the name of a method tells which one it is. */
export const scriptRunner = (client: RedisClient): ScriptRunner =>
  'evalSha' in client
    ? {
        bySha: (sha, key, args) => client.evalSha(sha, { keys: [key], arguments: args }),
        bySource: (source, key, args) => client.eval(source, { keys: [key], arguments: args }),
      }
    : {
        bySha: (sha, key, args) => client.evalsha(sha, 1, key, ...args),
        bySource: (source, key, args) => client.eval(source, 1, key, ...args),
      }
