/** From the first sample of the page, and the reader's own table. */
import { sqliteStore } from '@ainexlayer/webhooks-sqlite'
import Database from 'libsql'

export { Database }
export const db = new Database('webhooks.db')
export const store = sqliteStore({ db })
await store.migrate()

const app = new Database('app.db')
app.exec('CREATE TABLE IF NOT EXISTS documents (id TEXT, ready INTEGER)')
app.close()
