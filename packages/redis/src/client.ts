/** An ioredis client (`Redis` or `Cluster`), as far as it is used. */
export interface IoredisClient {
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>
}

/** A node-redis client, as far as it is used. */
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

/** Runs one script on one key. */
export interface ScriptRunner {
  bySha(sha: string, key: string, args: string[]): Promise<unknown>
  bySource(source: string, key: string, args: string[]): Promise<unknown>
}

/** One way to run scripts on both clients, told apart by the name of a method. */
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
