import { StoreUnavailableError } from '@ainexlayer/webhooks'
import {
  assertDuration,
  assertOptions,
  type SweepingOptions,
  storeUnavailable,
  sweepEvery,
  sweepReminder,
  type TransactionalStore,
  type TransactionOutcome,
  type TransactionRequest,
  type TransactionRun,
} from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import { atMost } from './at-most.ts'
import { assertClient, isLostStatement, isRefusal, type RunQuery } from './client.ts'
import { isConflict, retryingConflicts } from './conflict.ts'
import { warnWithoutListener } from './error-listener.ts'
import { holds } from './holds.ts'
import { migrating } from './migrating.ts'
import { preparedCommit, preparesItsCommit } from './prepared-commit.ts'
import { defaultTable, migrateTable, statementName, tableName } from './schema.ts'
import { standing } from './standing.ts'
import {
  finishSql,
  forgetSql,
  giveBackSql,
  isOursSql,
  seenSql,
  sweepSql,
  takeSql,
  terminateSql,
  unsweptSql,
} from './statements.ts'
import { type TransactionalClient, type TransactionOf, transactionRunner } from './transactions.ts'

/** Options of {@link postgresTransactional}. */
export interface PostgresTransactionalOptions<Client extends TransactionalClient> {
  /** Your own client: a `pg` Pool, the `sql` of postgres.js, or a PGlite database. */
  readonly client: Client
  /** A plain name, or `schema.name`; default `ainexlayer_webhook_events`. May be the table of `postgresStore`. */
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
export interface PostgresTransactionalStore<Tx> extends TransactionalStore<Tx> {
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

/** How much later than this process the server gives up, in milliseconds. */
const graceMs = 1000
/**
 * The limit for the statement that takes the key. A connection whose other end is gone (a firewall, a failover of the
 * host) never answers, and would be held for as long as a run may take.
 */
const takeMs = 5000
/** The limit for a statement that cleans up after a run. */
const afterwardsMs = 2000
/** The limit for `migrate`, `sweep` and `forget`, which may take long: the longest possible. */
const unhurriedMs = 2 ** 31 - 1

/** A key that was taken. */
interface Taken {
  readonly token: string
  readonly pid: string
}

/** @param doubt - what is not known, in a sentence */
const unavailable =
  (doubt?: string) =>
  (error: unknown): never => {
    if (error instanceof StoreUnavailableError) throw error
    if (isConflict(error)) {
      throw new StoreUnavailableError(
        'Postgres rolled the transaction back, because it conflicts with another one.',
        { cause: error },
      )
    }
    throw storeUnavailable(doubt === undefined ? 'Postgres' : `${doubt} Postgres`, error)
  }

/**
 * Exactly-once effects on Postgres: what handlers write through `ctx.tx` is committed together with the
 * record that the event is done, or not at all. A crash rolls back, and the next delivery runs at once.
 *
 * `ctx.tx` is the client's own transaction: a `PoolClient`, a `TransactionSql`, or a PGlite
 * `Transaction`. Write only through it: another connection is not part of the transaction, and with a
 * small pool it may wait forever. Mails and calls to other services are not rolled back; enqueue them
 * through `tx` (an outbox) instead.
 *
 * Handlers must not end the transaction themselves; they may use savepoints. `ctx.tx` cannot be used
 * after the transaction has ended.
 *
 * Each run holds one connection: size the pool for the number of deliveries that should run at once. A
 * run that takes longer than `maxRunMs` is rolled back and its connection closed; the server does the
 * same one second later, in case this process cannot.
 *
 * @throws WebhookConfigurationError `option_invalid` if `client` is a single connection or `table` is not a plain name
 *
 * @example
 * const store = postgresTransactional({ client: pool })
 * await store.migrate()
 * createReceiver({ secret, endpoint: 'billing', store }).on('document.processed', async (event, { tx }) => {
 *   await tx.query('UPDATE documents SET ready = true WHERE id = $1', [event.data.id])
 * })
 */
export const postgresTransactional = <Client extends TransactionalClient>(
  options: PostgresTransactionalOptions<Client>,
): PostgresTransactionalStore<TransactionOf<Client>> => {
  assertOptions<PostgresTransactionalOptions<Client>>('postgresTransactional', options, {
    client: 1,
    table: 1,
    prepare: 1,
    warn: 1,
  })
  const { client, warn = console.warn } = options
  assertClient(client, 'exec' in Object(client) ? 'query' : 'connect')
  const table = tableName(options.table ?? defaultTable)
  const preparation = { isOn: options.prepare ?? true }
  const inTransaction = transactionRunner(client, preparation)
  // A duplicate of an event that runs in this process is answered without a connection.
  const running = new Set<string>()
  const [take, seen] = [takeSql(table), seenSql(table)]

  /** Runs a single statement in its own transaction. */
  const alone = async (
    maxMs: number,
    text: string,
    ...values: (string | null)[]
  ): Promise<number> => {
    const asked = await retryingConflicts(() =>
      inTransaction(maxMs, async ({ query }) => ({
        commit: true,
        value: (await query('', text, values)).length,
      })),
    ).catch(unavailable())
    if (asked.kind === 'ended') return asked.value
    if (asked.kind === 'not_committed') throw new StoreUnavailableError('Postgres rolled back.')
    throw new StoreUnavailableError(`Postgres did not answer within ${maxMs} ms.`)
  }

  const sweep = (limit: number): Promise<number> =>
    alone(unhurriedMs, sweepSql(table), String(limit))
  const remind = sweepReminder(
    async ({ count, expiredForMs }) =>
      (await alone(afterwardsMs, unsweptSql(table), String(count - 1), String(expiredForMs))) > 0,
    warn,
  )

  const ask = (query: RunQuery, text: string, ...values: (string | null)[]) =>
    query(statementName(text), text, values)

  /** The state of a transaction before it ends. */
  type Attempted<Value> =
    | Exclude<TransactionOutcome<Value>, { kind: 'rolled_back' }>
    /** `ours`: whether it is still the transaction that took the key; undefined if it could not be asked. */
    | { readonly kind: 'undo'; readonly value: Value; readonly ours: boolean | undefined }

  const attempt = async <Value>(
    { key, fingerprint, retentionMs, maxRunMs }: TransactionRequest,
    run: (tx: TransactionOf<Client>, signal: AbortSignal) => Promise<TransactionRun<Value>>,
  ): Promise<TransactionOutcome<Value>> => {
    let taken: Taken | undefined
    let ran: { readonly value: Value } | undefined
    /** A refusal after the run is the run's fault: a violated deferred constraint, a role or a mode that it set. */
    const refused = (error: unknown): Extract<Attempted<Value>, { kind: 'broken' }> => {
      if (ran === undefined || !isRefusal(error)) throw error
      return { kind: 'broken', value: ran.value, error }
    }
    const takeAndRun = () =>
      inTransaction<Attempted<Value>>(maxRunMs, async ({ tx, query, signal, takeBack }) => {
        const serverMs = Math.min(maxRunMs + graceMs, unhurriedMs)
        const taking = ask(
          query,
          take,
          key,
          fingerprint,
          String(retentionMs),
          String(maxRunMs),
          String(Math.ceil(serverMs)),
        )
        const [row] = await atMost(takeMs, 'taking the event', taking)
        const answer = new Answer(row)
        const kind = answer.word(0, ['locked', 'in_flight'])
        if (kind === 'in_flight') return { commit: false, value: { kind } }
        const token = answer.nullable(1)
        if (token === null) {
          const [record] = await ask(query, seen, key)
          return { commit: false, value: standing(record) }
        }
        taken = { token, pid: answer.text(2) }
        // The time was up before it could begin.
        if (signal.aborted) throw signal.reason
        const { commit, value } = await run(tx as TransactionOf<Client>, signal)
        // A statement that nobody awaited is either before `finish`, which then fails with it, or refused.
        takeBack()
        if (!commit) {
          const ours = await holds(ask(query, isOursSql, taken.token))
          return { commit, value: { kind: 'undo', value, ours }, isBroken: ours === false }
        }
        ran = { value }
        // With its schema: the run may have set another search path.
        const finish = finishSql(table.includes('.') ? table : `${answer.text(3)}.${table}`)
        const finished = await holds(ask(query, finish, key)).catch(refused)
        if (finished === true) {
          return { commit, value: { kind: 'committed', value }, id: taken.token }
        }
        const broken = typeof finished === 'object' ? finished : { kind: 'broken' as const, value }
        return { commit: false, value: broken, isBroken: true }
      })
    // What has run already is for the sender's retry.
    const attempted = await retryingConflicts(takeAndRun, () => taken === undefined)
      .catch((error: unknown) => {
        if (!isLostStatement(error)) throw error
        preparation.isOn = false
        if (taken !== undefined) throw error
        return takeAndRun()
      })
      .catch((error: unknown) => ({ kind: 'ended' as const, value: refused(error) }))
      .catch(unavailable('The transaction failed, or it is unknown whether it was committed.'))

    /** Whether the run had committed its record itself, which is then freed. */
    const giveBack = async (): Promise<boolean> =>
      taken !== undefined &&
      (await alone(afterwardsMs, giveBackSql(table), key, taken.token).catch(() => 0)) === 1

    if (attempted.kind === 'timed_out') {
      if (!attempted.rolledBack && taken !== undefined) {
        await alone(afterwardsMs, terminateSql, taken.pid, taken.token).catch(() => 0)
      }
      await giveBack()
      return { kind: 'timed_out' }
    }
    const asked = attempted.value
    // The run is not to blame: what it sends late is refused before the commit.
    if (attempted.kind === 'not_committed' && preparesItsCommit(client)) {
      throw new StoreUnavailableError(preparedCommit)
    }
    const outcome: Attempted<Value> =
      attempted.kind === 'not_committed' && 'value' in asked
        ? { kind: 'broken', value: asked.value }
        : asked
    if (outcome.kind === 'broken') await giveBack()
    if (outcome.kind !== 'undo') return outcome
    const { value, ours } = outcome
    // After a failed statement only the record shows whether the run committed it.
    const isTheirs = ours === true ? false : (await giveBack()) || ours === false
    return { kind: isTheirs ? 'broken' : 'rolled_back', value }
  }

  return {
    name: 'postgres-transactional',
    shared: true,
    migrate: () =>
      migrating(() =>
        inTransaction(unhurriedMs, async ({ query }) => {
          await migrateTable(query, table)
          return { commit: true, value: undefined }
        }),
      ).catch(unavailable()),
    transact: async (request, run) => {
      assertDuration('retentionMs', request.retentionMs)
      assertDuration('maxRunMs', request.maxRunMs)
      warnWithoutListener(client, warn)
      if (running.has(request.key)) return { kind: 'in_flight' }
      running.add(request.key)
      try {
        return await attempt(request, run)
      } finally {
        running.delete(request.key)
        remind()
      }
    },
    sweep,
    startSweeping: (sweeping = {}) => sweepEvery(sweep, sweeping, warn),
    forget: async (key) => (await alone(unhurriedMs, forgetSql(table), key)) === 1,
  }
}
