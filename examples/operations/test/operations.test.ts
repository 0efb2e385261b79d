import { connect } from 'node:net'
import { PermanentFailure } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { bullmqDispatch, bullmqWorker } from '@ainexlayer/webhooks-bullmq'
import { pgBossDispatch, pgBossWorker } from '@ainexlayer/webhooks-pg-boss'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { operate } from '../src/commands.ts'
import { openPlaces } from '../src/open-places.ts'
import { createAppReceiver } from '../src/receiver.ts'

const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'

const isThere = (url: string, port: number) =>
  new Promise<boolean>((told) => {
    const { hostname, port: own } = new URL(url)
    const socket = connect(Number(own || port), hostname)
    socket.once('connect', () => told(true)).once('error', () => told(false))
    socket.once('connect', () => socket.end())
  })
const there = (await isThere(databaseUrl, 5432)) && (await isThere(redisUrl, 6379))
if (!there) console.warn('examples/operations is not tested: Postgres and Redis are needed')

const logger = { info: () => {}, warn: () => {}, error: () => {} }
const name = `ainl_ops_${Date.now().toString(36)}_${process.pid}`
let opened: Awaited<ReturnType<typeof openPlaces>>
let isMended = false
const delivered: string[] = []
const stops: (() => Promise<unknown>)[] = []

const deliver = async (text: string): Promise<void> => {
  if (!isMended) throw new PermanentFailure('the other side is\u001b[31m gone')
  delivered.push(text)
}

const command = async (line: string): Promise<string[]> =>
  (await operate(opened.places, line.split(' '))) ?? ['usage']

beforeAll(async () => {
  if (!there) return
  const settings = {
    ...{ databaseUrl, redisUrl, logger },
    ...{ secret: testSecret, queue: name, schema: name },
  }
  opened = await openPlaces(settings, deliver)
  const { receiver, queue, boss, store, redis } = opened
  const common = { secret: testSecret, store, logger }
  const receivers = {
    parked: receiver,
    bullmq: createAppReceiver(deliver, { ...common, dispatch: bullmqDispatch(queue) }),
    'pg-boss': createAppReceiver(deliver, {
      ...common,
      dispatch: pgBossDispatch(boss, { queue: name }),
    }),
  }
  const worker = bullmqWorker(receivers.bullmq, { queueName: name, connection: redis })
  const pgWorker = await pgBossWorker(receivers['pg-boss'], boss, {
    queue: name,
    schema: name,
    pollingIntervalSeconds: 0.5,
  })
  stops.push(
    () => worker.close(),
    () => pgWorker.close(),
  )
  for (const [place, one] of Object.entries(receivers)) {
    const event = {
      ...fixture('chat.message', { content: `to ${place}`, userId: 'user\u009b31m' }),
      id: `msg_${place}`,
    }
    await one.handle(await signedRequest({ event, id: event.id }))
  }
})

afterAll(async () => {
  if (!there) return
  await Promise.all(stops.map((stop) => stop()))
  await opened.queue.obliterate({ force: true })
  await opened.pool.query(`DROP SCHEMA ${name} CASCADE`).finally(opened.close)
})

test.skipIf(!there)(
  'what was parked and what died is listed, inspected and replayed, on all three',
  async () => {
    const lines = await vi.waitFor(async () => {
      const listed = await command('list')
      expect(listed).toHaveLength(3)
      return listed
    }, 20_000)
    for (const [index, place] of ['parked', 'bullmq', 'pg-boss'].entries()) {
      const [found, key = '', since, endpoint, id, type, reason] = lines[index]?.split('  ') ?? []
      expect({ found, endpoint, id, type }).toEqual({
        found: place,
        endpoint: 'operations',
        id: `msg_${place}`,
        type: 'chat.message',
      })
      expect(Date.parse(since ?? '')).toBeGreaterThan(Date.now() - 60_000)
      expect(reason).toBe('the other side is?[31m gone')
      const inspected = (await command(`inspect ${place} ${key}`)).join('\n')
      expect(inspected).toContain(`id        msg_${place}`)
      expect(inspected).toContain(`"content": "to ${place}"`)
      expect(inspected).toContain('"userId": "user?31m"')
      expect(await command(`list ${place}`)).toHaveLength(1)
    }
    isMended = true
    expect(await command('replay parked all')).toEqual([expect.stringMatching(/ {2}processed$/)])
    expect(await command('replay bullmq all')).toEqual([expect.stringMatching(/ {2}queued$/)])
    expect(await command('replay pg-boss all')).toEqual([expect.stringMatching(/ {2}queued$/)])
    await vi.waitFor(
      () => expect([...delivered].sort()).toEqual(['to bullmq', 'to parked', 'to pg-boss']),
      20_000,
    )
    expect(await command('list')).toEqual([])
  },
)

test.skipIf(!there)(
  'what is not there is said so, and what is no command shows the usage',
  async () => {
    expect(await command('inspect parked nothing')).toEqual(['parked has no nothing'])
    expect(await command('replay bullmq nothing')).toEqual(['bullmq  nothing  not there'])
    for (const line of ['list nowhere', 'replay parked', 'drop parked all']) {
      expect(await command(line)).toEqual(['usage'])
    }
  },
)
