export type { SweepingOptions } from '@ainexlayer/webhooks/store'
export type { PgClient, PgliteClient, PostgresClient, PostgresJsClient, Row } from './client.ts'
export type { PostgresParking, PostgresParkingOptions } from './postgres-parking.ts'
export { postgresParking } from './postgres-parking.ts'
export type { PostgresStore, PostgresStoreOptions } from './postgres-store.ts'
export { postgresStore } from './postgres-store.ts'
export type {
  PostgresTransactionalOptions,
  PostgresTransactionalStore,
} from './postgres-transactional.ts'
export { postgresTransactional } from './postgres-transactional.ts'
export { postgresSchema } from './schema.ts'
export type {
  PgConnection,
  PgliteDatabase,
  PgPool,
  PostgresJsPool,
  TransactionalClient,
  TransactionOf,
} from './transactions.ts'
