export type { PgClient, PgliteClient, PostgresClient, PostgresJsClient, Row } from './client.ts'
export type { PostgresStore, PostgresStoreOptions } from './postgres-store.ts'
export { postgresStore } from './postgres-store.ts'
export { postgresSchema } from './schema.ts'
