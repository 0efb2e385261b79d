import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { startProxy } from '../breakable-proxy.ts'
import { type OpenStore, openStore, type StoreKind } from '../store-kind.ts'

/** A store that can be taken away. */
export interface BrokenStore {
  readonly open: OpenStore
  cut(): void
  mend(): void
  close(): Promise<void>
}

const urls = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  postgres: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
}

/** A server behind a proxy that cuts its connections. */
const behindProxy = async (kind: StoreKind, namespace: string): Promise<BrokenStore> => {
  const url = new URL(kind === 'redis' ? urls.redis : urls.postgres)
  const proxy = await startProxy(Number(url.port || (kind === 'redis' ? 6379 : 5432)))
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  const open = openStore({ kind, url: url.href, namespace })
  await open.setUp()
  return {
    open,
    cut: proxy.cut,
    mend: proxy.mend,
    close: async () => {
      await open.tearDown()
      await open.close()
      await proxy.close()
    },
  }
}

/** A file that another process holds locked. */
const behindLock = async (kind: StoreKind, namespace: string): Promise<BrokenStore> => {
  const folder = await mkdtemp(join(tmpdir(), 'ainl-outage-'))
  const url = join(folder, 'events.db')
  const open = openStore({ kind, url, namespace, busyMs: 20 })
  await open.setUp()
  const other = new Database(url)
  return {
    open,
    cut: () => void other.exec('BEGIN IMMEDIATE'),
    mend: () => void other.exec('ROLLBACK'),
    close: async () => {
      other.close()
      await open.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Opens a store that can be taken away: a server by its connections, a SQLite file by a lock. */
export const openBrokenStore = (kind: StoreKind, namespace: string): Promise<BrokenStore> =>
  kind.startsWith('sqlite') ? behindLock(kind, namespace) : behindProxy(kind, namespace)
