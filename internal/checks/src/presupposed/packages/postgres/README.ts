/** From the first sample of the page, and the reader's own table. */
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import { Pool } from 'pg'

// One connection: the table is temporary.
export const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 1 })
await pool.query('CREATE TEMP TABLE documents (id text, ready boolean)')
export const store = postgresStore({ client: pool })
await store.migrate()
