import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { type OwnRedis, startRedis } from './own-redis.ts'

/** Several Redis servers that belong together. */
export interface RedisGroup {
  /** Where clients begin: all nodes of a cluster, or all sentinels. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  /** Kills with SIGKILL the master that has a key; the first one without. */
  killMaster(key?: string): Promise<void>
  /** Waits until another server has taken its place. */
  failedOver(): Promise<void>
  close(): Promise<void>
}

/** The name by which the sentinels know the master. */
export const sentinelName = 'webhooks'

/** Settings of servers that have a copy; Redis waits five seconds for more replicas otherwise. */
const replicating = ['--appendonly', 'yes', '--repl-diskless-sync-delay', '0']

/** What `redis-cli` prints; empty while the server does not answer. */
const ask = (port: number, ...command: readonly string[]): string =>
  spawnSync('redis-cli', ['-p', String(port), ...command], {
    encoding: 'utf8',
    timeout: 2000,
  }).stdout

const until = async (what: string, isSo: () => boolean): Promise<void> => {
  const deadline = performance.now() + 30_000
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await sleep(50)
  }
}

const groupOf = (
  servers: readonly OwnRedis[],
  entries: readonly OwnRedis[],
  masters: readonly OwnRedis[],
  isReplaced: () => boolean,
): RedisGroup => ({
  nodes: entries.map(({ port }) => ({ host: '127.0.0.1', port })),
  killMaster: async (key = '') => {
    // The others answer that it has moved.
    await masters.find(({ port }) => !ask(port, 'exists', key).includes('MOVED'))?.kill()
  },
  failedOver: () => until('a new master', isReplaced),
  close: async () => {
    await Promise.all(servers.map((server) => server.close()))
  },
})

/** Starts a Redis Cluster: three masters with a replica each. A master that is gone is replaced after a second. */
export const startRedisCluster = async (): Promise<RedisGroup> => {
  const servers = await Promise.all(
    Array.from({ length: 6 }, async () =>
      startRedis(
        ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', ...replicating],
        ...['--cluster-port', String(await freePort())],
      ),
    ),
  )
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`)
  const made = spawnSync(
    'redis-cli',
    ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'],
    { encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`the cluster was not made: ${made.stdout}${made.stderr}`)
  const isWhole = ({ port }: OwnRedis) =>
    ask(port, 'cluster', 'info').includes('cluster_state:ok') &&
    (ask(port, 'cluster', 'nodes').match(/\bslave /g) ?? []).length === 3
  await until('the cluster', () => servers.every(isWhole))
  const replicas = servers.filter(({ port }) => ask(port, 'role').startsWith('slave'))
  await until('the replicas', () =>
    replicas.every(({ port }) => ask(port, 'info', 'replication').includes('link_status:up')),
  )
  const masters = servers.filter((server) => !replicas.includes(server))
  return groupOf(servers, servers, masters, () =>
    replicas.some(({ port }) => ask(port, 'role').startsWith('master')),
  )
}

/** Starts a master with a replica, and three sentinels that replace it when it has been gone for a second. */
export const startRedisSentinels = async (): Promise<RedisGroup> => {
  const master = await startRedis(...replicating)
  const replica = await startRedis(
    '--appendonly',
    'yes',
    '--replicaof',
    '127.0.0.1',
    String(master.port),
  )
  await until('the replica', () =>
    ask(replica.port, 'info', 'replication').includes('link_status:up'),
  )
  const sentinels = await Promise.all(Array.from({ length: 3 }, () => startRedis('--sentinel')))
  for (const { port } of sentinels) {
    ask(port, 'sentinel', 'monitor', sentinelName, '127.0.0.1', String(master.port), '2')
    ask(port, 'sentinel', 'set', sentinelName, 'down-after-milliseconds', '1000')
    ask(port, 'sentinel', 'set', sentinelName, 'failover-timeout', '5000')
  }
  await until('the sentinels', () =>
    sentinels.every(({ port }) => {
      const info = ask(port, 'sentinel', 'master', sentinelName)
      return /num-slaves\n1\n/.test(info) && /num-other-sentinels\n2\n/.test(info)
    }),
  )
  return groupOf([master, replica, ...sentinels], sentinels, [master], () =>
    ask(replica.port, 'role').startsWith('master'),
  )
}
