import { randomUUID } from 'node:crypto'
import { toldOutage } from '@ainexlayer/webhooks-conformance'
import { type RedisStoreOptions, redisStore } from '@ainexlayer/webhooks-redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hasRedisBinary, type OwnRedis, startRedis } from '../src/index.ts'

const there = hasRedisBinary()
const noBinary = 'no redis-server on the PATH'
let server: OwnRedis
let admin: Redis

beforeAll(async () => {
  if (!there) return
  server = await startRedis('--requirepass', 'correct')
  admin = new Redis(server.url, { password: 'correct' })
  await admin.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+get', '+info')
}, 30_000)
afterAll(async () => {
  if (!there) return
  admin.disconnect()
  await server.close()
})

interface Login {
  readonly port?: number
  readonly username?: string
  readonly password?: string
}

type Client = RedisStoreOptions['client']

const clients: readonly (readonly [string, (login: Login) => Promise<Client>])[] = [
  [
    'ioredis',
    async (login) => {
      const client = new Redis({ port: server.port, maxRetriesPerRequest: 1, ...login })
      client.on('error', () => {})
      onTestFinished(() => client.disconnect())
      return client
    },
  ],
  [
    'node-redis',
    async ({ port = server.port, ...login }) => {
      const client = createClient({
        socket: { host: '127.0.0.1', port, reconnectStrategy: 20 },
        disableOfflineQueue: true,
        ...login,
      })
      client.on('error', () => {})
      client.connect().catch(() => {})
      await new Promise((resolve) => client.once('ready', resolve).once('error', resolve))
      onTestFinished(() => client.destroy())
      return client
    },
  ],
]

const answer = '503 {"error":"store_unavailable"}'

describe.each(clients)('%s', (name, connect) => {
  const told = async (login: Login, id: string = randomUUID()) =>
    toldOutage({ store: redisStore({ client: await connect(login), warn: () => {} }), id })

  test('a Redis whose memory is full is told with its limit', async ({ skip }) => {
    if (!there) skip(noBinary)
    await admin.config('SET', 'maxmemory', '1')
    onTestFinished(async () => void (await admin.config('SET', 'maxmemory', '0')))
    expect(await told({ password: 'correct' })).toEqual({
      answer,
      reason: 'out_of_room',
      lines: [expect.stringMatching(/^store_unavailable \(out_of_room\): .*OOM.*`maxmemory`/)],
    })
  })

  test('a user without rights is told which ones it needs', async ({ skip }) => {
    if (!there) skip(noBinary)
    expect(await told({ username: 'reader', password: 'pw' })).toEqual({
      answer,
      reason: 'permission_denied',
      lines: [expect.stringMatching(/^store_unavailable \(permission_denied\): .*NOPERM.*EVALSHA/)],
    })
  })

  test('a replica is told as one', async ({ skip }) => {
    if (!there) skip(noBinary)
    await admin.call('REPLICAOF', '127.0.0.1', '1')
    onTestFinished(async () => void (await admin.call('REPLICAOF', 'NO', 'ONE')))
    expect(await told({ password: 'correct' })).toEqual({
      answer,
      reason: 'read_only',
      lines: [expect.stringMatching(/^store_unavailable \(read_only\): .*READONLY.*primary/)],
    })
  })

  test('a key of another kind is told as not ours', async ({ skip }) => {
    if (!there) skip(noBinary)
    await admin.set('ainexlayer:told:taken', 'by something else')
    expect(await told({ password: 'correct' }, 'taken')).toMatchObject({
      answer,
      reason: 'schema_outdated',
    })
  })

  test('a wrong password is told as one, and never shown', async ({ skip }) => {
    if (!there) skip(noBinary)
    const outage = await told({ password: 'guessed-wrong' })
    // node-redis tells its `error` listeners alone.
    const reason = name === 'ioredis' ? 'login_refused' : 'unreachable'
    expect(outage).toMatchObject({ answer, reason })
    expect(outage.lines).toEqual([expect.stringContaining('the password')])
    expect(outage.lines.join()).not.toContain('guessed-wrong')
  })

  test('a closed port is told as unreachable', async ({ skip }) => {
    if (!there) skip(noBinary)
    expect(await told({ port: 1 })).toEqual({
      answer,
      reason: 'unreachable',
      lines: [expect.stringMatching(/^store_unavailable \(unreachable\): .*the address/)],
    })
  })
})
