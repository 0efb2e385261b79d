/** The reader's own database, the transaction of a handler, and stores of the reader's. */
import type { IdempotencyStore, TransactionalStore } from '@ainexlayer/webhooks/store'
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import { Pool, type PoolClient } from 'pg'

export { test } from 'vitest'
export const pool = new Pool()
export const client = pool
export const store = postgresStore({ client })
export declare const tx: PoolClient
export declare const myStore: () => IdempotencyStore
export declare const myTransactionalStore: (pool: Pool) => TransactionalStore<PoolClient>
