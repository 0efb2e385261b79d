import {
  assertDuration,
  assertOptions,
  type ClaimOutcome,
  type ClaimRequest,
  followClaim,
  type IdempotencyStore,
  inGroups,
  type SweepingOptions,
  storeUnavailable,
  sweepEvery,
  sweepReminder,
} from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import {
  claimSql,
  claimsParameter,
  claimsSql,
  lookSql,
  outcomeOf,
  outcomesOf,
} from './claim-statements.ts'
import {
  assertClient,
  isOfAll,
  isRefusal,
  type PostgresClient,
  persistentQueryRunner,
  type Row,
} from './client.ts'
import { isConflict, retryingConflicts } from './conflict.ts'
import { warnWithoutListener } from './error-listener.ts'
import { migrating } from './migrating.ts'
import {
  completeSql,
  type OwnedOperation,
  type OwnedSql,
  ownedParameter,
  releaseSql,
  renewSql,
} from './owned-statements.ts'
import { defaultTable, migrateTable, statementName, tableName } from './schema.ts'
import { forgetSql, sweepSql, unsweptSql } from './statements.ts'

/** Options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /** Your own client: a `pg` Pool, the `sql` of postgres.js, or a PGlite database. */
  readonly client: PostgresClient
  /** A plain name, or `schema.name`; default `ainexlayer_webhook_events`. */
  readonly table?: string
  /**
   * Whether to use named prepared statements; default true. Behind a pooler in transaction mode (PgBouncer,
   * Supavisor) that cannot keep them, they are switched off at the first error that says so.
   */
  readonly prepare?: boolean
  /** Called if `client` has no `error` listener, if nobody sweeps, or if a sweep fails; default `console.warn`. */
  readonly warn?: (message: string) => void
}

/** The store, and `migrate`, which sets up its table. */
export interface PostgresStore extends IdempotencyStore {
  /** Creates the table and its index if they are missing. Safe to run at every start. */
  migrate(): Promise<void>
  sweep(limit: number): Promise<number>
  /**
   * Deletes expired records at intervals, until the returned function is called, which waits for a sweep that is under
   * way. Any number of processes may do it. Failures go to `warn`.
   */
  startSweeping(options?: SweepingOptions): () => Promise<void>
  forget(key: string): Promise<boolean>
}

const unavailable = (error: unknown): never => {
  throw storeUnavailable('Postgres', error)
}

/** Whether one operation of a group may have caused an error: otherwise each of them would meet the same. */
const isOfOne = (error: unknown): boolean =>
  (isRefusal(error) && !isOfAll(error)) || isConflict(error)

/**
 * Remembers handled events in a Postgres table. Each operation is one statement and one round trip, and
 * uses the server's clock; those that arrive while others are on their way go together.
 *
 * @throws WebhookConfigurationError `option_invalid` if `table` is not a plain name, `client` no client, or an option does not exist
 *
 * @example
 * const pool = new Pool({ connectionString })
 * pool.on('error', (error) => console.error(error))
 * const store = postgresStore({ client: pool })
 * await store.migrate()
 * createReceiver({ secret, endpoint: 'billing', store })
 */
export const postgresStore = (options: PostgresStoreOptions): PostgresStore => {
  assertOptions<PostgresStoreOptions>('postgresStore', options, {
    client: 1,
    table: 1,
    prepare: 1,
    warn: 1,
  })
  const { client, warn = console.warn } = options
  assertClient(client)
  const table = tableName(options.table ?? defaultTable)
  const run = persistentQueryRunner(client, { isOn: options.prepare ?? true })

  type Ask = (...values: (string | null)[]) => Promise<readonly Row[]>

  const once = (text: string): Ask => {
    const name = statementName(text)
    return (...values) => run(name, text, values)
  }
  const statement = (text: string): Ask => {
    const ask = once(text)
    return (...values) => retryingConflicts(() => ask(...values)).catch(unavailable)
  }
  /** One statement for several operations; what one of them may have caused is thrown as it came. */
  const groupStatement = (text: string): Ask => {
    const ask = once(text)
    return (...values) =>
      ask(...values).catch((error: unknown) => {
        if (isOfOne(error)) throw error
        return unavailable(error)
      })
  }

  const [take, look, takeMany] = [
    once(claimSql(table)),
    once(lookSql(table)),
    groupStatement(claimsSql(table)),
  ]
  const tryToClaim = async ({
    key,
    token,
    fingerprint,
    leaseMs,
    retentionMs,
  }: ClaimRequest): Promise<readonly Row[]> => {
    try {
      return await take(key, token, fingerprint, String(leaseMs), String(retentionMs))
    } catch (error) {
      if (!isConflict(error)) throw error
      const seen = await look(key, token, fingerprint)
      if (seen.length === 0) throw error
      return seen
    }
  }
  const claim = inGroups<ClaimRequest, ClaimOutcome>({
    keyOf: ({ key }) => key,
    alone: async (request) => {
      const [row] = await retryingConflicts(() => tryToClaim(request)).catch(unavailable)
      return outcomeOf(row)
    },
    together: async (requests) => outcomesOf(requests, await takeMany(claimsParameter(requests))),
    follow: followClaim,
    isOfOne,
  })

  const operation = ({ one, many }: OwnedSql) => {
    const [ask, askMany] = [statement(one), groupStatement(many)]
    return inGroups<OwnedOperation, boolean>({
      keyOf: ({ key }) => key,
      alone: async ({ key, token, value }) => (await ask(key, token, value)).length === 1,
      together: async (operations) => {
        const rows = await askMany(ownedParameter(operations))
        const keys = new Set(rows.map((row) => new Answer(row).text(0)))
        return operations.map(({ key }) => keys.has(key))
      },
      isOfOne,
    })
  }
  const [renew, complete, release] = [
    operation(renewSql(table)),
    operation(completeSql(table)),
    operation(releaseSql(table)),
  ]
  const sweepRows = statement(sweepSql(table))
  const sweep = async (limit: number): Promise<number> => (await sweepRows(String(limit))).length
  const remind = sweepReminder(async ({ count, expiredForMs }) => {
    const found = await run('', unsweptSql(table), [String(count - 1), String(expiredForMs)])
    return found.length > 0
  }, warn)
  const forget = statement(forgetSql(table))

  return {
    name: 'postgres',
    shared: true,
    migrate: () => migrating(() => migrateTable(run, table)).catch(unavailable),
    claim: async (request) => {
      assertDuration('leaseMs', request.leaseMs)
      assertDuration('retentionMs', request.retentionMs)
      warnWithoutListener(client, warn)
      const outcome = await claim(request)
      remind()
      return outcome
    },
    renew: async ({ key, token, leaseMs }) => {
      assertDuration('leaseMs', leaseMs)
      return renew({ key, token, value: String(leaseMs) })
    },
    complete: ({ key, token, result }) => complete({ key, token, value: result }),
    release: ({ key, token, delayMs = 0 }) => release({ key, token, value: String(delayMs) }),
    sweep,
    startSweeping: (sweeping = {}) => sweepEvery(sweep, sweeping, warn),
    forget: async (key) => (await forget(key)).length === 1,
  }
}
