import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'
import { reachable } from '@ainexlayer/webhooks-conformance'
import { onTestFinished } from 'vitest'
import {
  type Effect,
  openStore,
  type ReceiverProcess,
  type ReceiverSettings,
  type StoreKind,
  type StorePlace,
  startReceiver,
} from '../src/index.ts'

/** Where the shared servers are. */
export const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
export const postgresUrl = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'

const servers = {
  redis: await reachable('Redis', redisUrl),
  postgres: await reachable('Postgres', postgresUrl),
}

/** Why a kind of store cannot be tested here; undefined if it can. */
export const missing = (kind: StoreKind): string | undefined => {
  if (kind === 'redis') return servers.redis ? undefined : `no Redis at ${redisUrl}`
  if (kind.startsWith('postgres')) {
    return servers.postgres ? undefined : `no Postgres at ${new URL(postgresUrl).host}`
  }
  return undefined
}

/** A test of one kind of store: where it is, the processes that use it, and their effects. */
export interface Trial {
  readonly place: StorePlace
  start(settings: Omit<ReceiverSettings, 'place'>): Promise<ReceiverProcess>
  effects(id: string): Promise<readonly Effect[]>
}

/** Sets up a place that no other test uses, and removes it after the test. */
export const newTrial = async (kind: StoreKind): Promise<Trial> => {
  const namespace = `ainl_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`
  const folder = await mkdtemp(join(tmpdir(), 'ainl-faults-'))
  const url =
    kind === 'redis'
      ? redisUrl
      : kind.startsWith('postgres')
        ? postgresUrl
        : join(folder, 'events.db')
  const place: StorePlace = { kind, url, namespace }
  const open = openStore(place)
  await open.setUp()
  const processes: ReceiverProcess[] = []
  onTestFinished(async () => {
    await Promise.all(processes.map((process) => process.kill()))
    await open.tearDown()
    await open.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    place,
    start: async (settings) => {
      const process = await startReceiver({ place, ...settings })
      processes.push(process)
      return process
    },
    effects: async (id) => (await open.effects()).filter((effect) => effect.id === id),
  }
}

/** A signed delivery that can be sent repeatedly. */
export const newDelivery = async () => {
  const event = fixture('chat.message')
  const request = await signedRequest({ event })
  return {
    id: event.id,
    event,
    send: async (url: string): Promise<{ status: number; outcome: string }> => {
      const response = await fetch(url, request)
      const body = (await response.json()) as { outcome?: string; error?: string }
      return { status: response.status, outcome: body.outcome ?? body.error ?? '' }
    },
  }
}

/** Whether a program is on the PATH. With `CI=true` a missing one is an error: no suite may be skipped there. */
export const foundProgram = (name: string): boolean => {
  const isThere = spawnSync(name, ['--version']).status === 0
  if (!isThere && process.env['CI'] === 'true') throw new Error(`no ${name} on the PATH`)
  return isThere
}
