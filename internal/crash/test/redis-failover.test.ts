import { redisStore } from '@ainexlayer/webhooks-redis'
import { Cluster, Redis } from 'ioredis'
import { createCluster, createSentinel } from 'redis'
import { expect, test } from 'vitest'
import {
  deliverThroughFailover,
  type RedisGroup,
  sentinelName,
  startRedisCluster,
  startRedisSentinels,
} from '../src/index.ts'
import { foundProgram } from './places.ts'

const missing = ['redis-server', 'redis-cli'].find((program) => !foundProgram(program))
const noBinary = `no ${missing} on the PATH`

const heard = <Client extends { on(event: 'error', listener: () => void): unknown }>(
  client: Client,
): Client => {
  client.on('error', () => {})
  return client
}

/** Both clients on the same servers: one process with each. */
const clientsOf = {
  'a cluster of three masters with a replica each': async ({ nodes }: RedisGroup) => {
    const ioredis = heard(
      new Cluster([...nodes], {
        redisOptions: { maxRetriesPerRequest: 1, commandTimeout: 1000 },
      }),
    )
    const nodeRedis = heard(
      createCluster({
        rootNodes: nodes.map(({ host, port }) => ({ url: `redis://${host}:${port}` })),
      }),
    )
    await nodeRedis.connect()
    return { clients: [ioredis, nodeRedis], end: () => [ioredis.disconnect(), nodeRedis.destroy()] }
  },
  'a master with a replica and three sentinels': async ({ nodes }: RedisGroup) => {
    const ioredis = heard(
      new Redis({
        sentinels: [...nodes],
        name: sentinelName,
        maxRetriesPerRequest: 1,
        commandTimeout: 1000,
      }),
    )
    const nodeRedis = heard(createSentinel({ name: sentinelName, sentinelRootNodes: [...nodes] }))
    await nodeRedis.connect()
    return { clients: [ioredis, nodeRedis], end: () => [ioredis.disconnect(), nodeRedis.destroy()] }
  },
}

test.for([
  ['a cluster of three masters with a replica each', startRedisCluster],
  ['a master with a replica and three sentinels', startRedisSentinels],
] as const)(
  '%s: a failover loses no event, and forgets only what was handled in its last second',
  { timeout: 60_000 },
  async ([name, start], { skip }) => {
    if (missing !== undefined) skip(noBinary)
    const group = await start()
    const { clients, end } = await clientsOf[name](group)
    try {
      const count = await deliverThroughFailover({
        stores: clients.map((client) => redisStore({ client, warn: () => {} })),
        kill: group.killMaster,
        failedOver: group.failedOver,
        restMs: 1000,
      })
      console.log(name, count)
      expect(count).toMatchObject({ lost: 0, againAfterRest: 0 })
      expect(count.refused).toBeGreaterThan(0)
    } finally {
      end()
      await group.close()
    }
  },
)
