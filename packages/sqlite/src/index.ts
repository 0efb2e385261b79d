export type { SweepingOptions } from '@ainexlayer/webhooks/store'
export type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.ts'
export { sqliteSchema } from './schema.ts'
export type { SqliteParking, SqliteParkingOptions } from './sqlite-parking.ts'
export { sqliteParking } from './sqlite-parking.ts'
export type { SqliteStore, SqliteStoreOptions } from './sqlite-store.ts'
export { sqliteStore } from './sqlite-store.ts'
export type {
  SqliteTransactionalOptions,
  SqliteTransactionalStore,
} from './sqlite-transactional.ts'
export { sqliteTransactional } from './sqlite-transactional.ts'
