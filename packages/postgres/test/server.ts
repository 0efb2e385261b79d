import { reachable } from '@ainexlayer/webhooks-conformance'

/** Where the tests find Postgres. */
export const url = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
/** Whether it is running. */
export const there = await reachable('Postgres', url)
/** Why a test is skipped. */
export const noServer = `no Postgres at ${new URL(url).host}`
/** A table name unique to this run. */
export const newTable = (): string => `ainl_test_${Date.now().toString(36)}_${process.pid}`
