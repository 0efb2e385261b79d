import { createReceiver } from '@ainexlayer/webhooks'
import type { PGlite, Transaction } from '@electric-sql/pglite'
import type pg from 'pg'
import type postgres from 'postgres'
import { expectTypeOf, test } from 'vitest'
import { postgresTransactional } from '../src/index.ts'

declare const pool: pg.Pool
declare const sql: postgres.Sql
declare const embedded: PGlite
const secret = 'whsec_dGVzdC1vbmx5LWRvLW5vdC11c2UtaW4tcHJvZA=='

test('ctx.tx is the transaction of the client that was passed', () => {
  createReceiver({
    endpoint: 'default',
    secret,
    store: postgresTransactional({ client: pool }),
  }).on('*', (_, { tx }) => {
    expectTypeOf(tx).toEqualTypeOf<pg.PoolClient>()
  })
  createReceiver({ endpoint: 'default', secret, store: postgresTransactional({ client: sql }) }).on(
    '*',
    (_, { tx }) => {
      expectTypeOf(tx).toEqualTypeOf<postgres.TransactionSql>()
    },
  )
  createReceiver({
    endpoint: 'default',
    secret,
    store: postgresTransactional({ client: embedded }),
  }).on('*', (_, { tx }) => {
    expectTypeOf(tx).toEqualTypeOf<Transaction>()
  })
})

test('a single connection does not compile', () => {
  const client = {} as pg.Client
  // @ts-expect-error it has one transaction for all
  postgresTransactional({ client })
})
