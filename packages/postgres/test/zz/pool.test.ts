import postgres from '/tmp/exp/pgjs/src/index.js'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { postgresTransactional } from '../../src/index.ts'
import { startPgBouncer } from '../pgbouncer.ts'
import { newTable, url } from '../server.ts'
const table = `${newTable()}_zz`
test('loop', async () => {
  const pooler = await startPgBouncer()
  const admin = new pg.Client({ connectionString: url }); await admin.connect()
  for (let i = 0; i < 120; i++) {
    const client = postgres(pooler?.url ?? '', { max: 4, onnotice: () => {}, prepare: false })
    const store = postgresTransactional({ client, table })
    await store.migrate()
    let stage = 'migrated'
    const at = performance.now()
    const watch = setTimeout(async () => {
      const { rows } = await admin.query("select pid, state, query, now()-query_start as since, wait_event from pg_stat_activity where datname='test' and pid<>pg_backend_pid() and state<>'idle'")
      console.log('HANG', i, stage, JSON.stringify(rows))
    }, 6000)
    const about = { key: crypto.randomUUID(), fingerprint: 'fp', retentionMs: 60_000 }
    const sleep = 'SELECT pg_sleep(60)'
    stage = 'transact'
    let ran = false, runAt = 0
    const hung = await store.transact({ ...about, maxRunMs: 200 }, async (tx) => {
      ran = true; runAt = performance.now() - at
      await tx.unsafe(sleep)
      return { commit: true, value: undefined }
    }).catch((e) => e)
    stage = `hung: ${JSON.stringify(hung)} ${hung} ran ${ran} ${runAt} after ${performance.now() - at}`
    await vi.waitFor(async () => {
      const next = store.transact({ ...about, maxRunMs: 5000 }, async () => ({ commit: true, value: undefined }))
      expect(await next).toMatchObject({ kind: 'committed' })
    }, 3000).catch((e) => console.log('next', i, String(e)))
    stage += ' / next done'
    await Promise.race([client.end(), new Promise((r) => setTimeout(r, 12000))])
    clearTimeout(watch)
    if (performance.now() - at > 5000) console.log('slow', i, performance.now() - at, stage)
  }
  await admin.query(`DROP TABLE ${table}`)
  await admin.end(); await pooler.stop()
}, 500000)
