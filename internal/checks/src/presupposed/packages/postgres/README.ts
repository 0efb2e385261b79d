/** From the first sample of the page. */
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import { Pool } from 'pg'

export const pool = new Pool()
export const store = postgresStore({ client: pool })
