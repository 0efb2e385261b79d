/** From the first sample of the page. */
import { sqliteStore } from '@ainexlayer/webhooks-sqlite'
import Database from 'libsql'

export { Database }
export const db = new Database('webhooks.db')
export const store = sqliteStore({ db })
