import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import { runLimit } from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import { atMost } from './at-most.ts'
import type { PgClient, PgliteClient, PostgresJsClient, Preparation, RunQuery } from './client.ts'
import { persistentQueryRunner, queryRunner } from './client.ts'
import { lendTransaction } from './lend.ts'
import { statementName } from './schema.ts'
import { isCommittedSql } from './statements.ts'

/** The part of a connection from a `pg` Pool that the store uses. */
export interface PgConnection extends PgClient {
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  release(destroy?: boolean): void
}

/** The part of a `pg` Pool that the store uses. */
export interface PgPool {
  readonly totalCount: number
  connect(): Promise<PgConnection>
}

/** The part of postgres.js's `sql` that the store uses. */
export interface PostgresJsPool extends PostgresJsClient {
  begin(run: (tx: PostgresJsClient) => Promise<unknown>): PromiseLike<unknown>
}

/** The part of a PGlite database that the store uses. */
export interface PgliteDatabase extends PgliteClient {
  transaction(run: (tx: PgliteClient) => Promise<unknown>): PromiseLike<unknown>
}

/** Any of the three clients, if it can begin a transaction. */
export type TransactionalClient = PgPool | PostgresJsPool | PgliteDatabase

/** The transaction that handlers get: a `PoolClient`, a `TransactionSql`, or a PGlite `Transaction`. */
export type TransactionOf<Client> = Client extends {
  begin(options: string, run: (tx: infer Tx) => never): unknown
}
  ? Tx
  : Client extends { transaction(run: (tx: infer Tx) => never): unknown }
    ? Tx
    : Client extends { connect(): Promise<infer Tx>; connect(callback: never): void }
      ? Tx
      : never

/** A transaction that has begun. */
export interface OpenTransaction {
  /** What handlers use until the transaction ends. */
  readonly tx: unknown
  readonly query: RunQuery
  /** Aborted when the time is up or the connection is lost. */
  readonly signal: AbortSignal
  /** Ends the use of `tx`. Call it before the last statements: one that handlers did not await must not come after them. */
  takeBack(): void
}

/** What a transaction's work asks for. */
export interface Work<Value> {
  /** False rolls it back. */
  readonly commit: boolean
  readonly value: Value
  /** The transaction's own id, to ask afterwards whether it was committed where the client does not tell. */
  readonly id?: string
  /** The handlers ended the transaction themselves: its connection may be in any state. */
  readonly isBroken?: boolean
}

/** The work of a transaction. An error rolls it back, too. */
export type TransactionWork<Value> = (open: OpenTransaction) => Promise<Work<Value>>

/** How a transaction ended: its work ended, or took too long. */
export type EndedTransaction<Value> =
  | { readonly kind: 'ended'; readonly value: Value }
  /** The server took the COMMIT, and rolled back: a statement had failed. */
  | { readonly kind: 'not_committed'; readonly value: Value }
  /** `rolledBack` is false when the server did not confirm it: a statement may still be running. */
  | { readonly kind: 'timed_out'; readonly rolledBack: boolean }

/**
 * Runs work in its own transaction, for at most `maxRunMs`. Waits at most as long for a connection, and for the commit.
 * Throws if the commit failed with an error.
 */
export type RunTransaction = <Value>(
  maxRunMs: number,
  work: TransactionWork<Value>,
) => Promise<EndedTransaction<Value>>

/** How long to wait for the reply to a ROLLBACK, which is quick: it writes nothing. */
const rollbackMs = 1000

const isRolledBack = (work: PromiseLike<unknown>): Promise<boolean> =>
  atMost(rollbackMs, 'the rollback', work).then(
    () => true,
    () => false,
  )

/** Gets a connection from the pool. One that arrives too late is returned to it. */
const borrow = async (pool: PgPool, maxMs: number): Promise<PgConnection> => {
  const connecting = pool.connect()
  try {
    return await atMost(maxMs, 'the wait for a connection', connecting)
  } catch (error) {
    connecting.then(
      (late) => late.release(),
      () => {},
    )
    throw error
  }
}

/** For a pool that hands out connections. */
const borrowed =
  (pool: PgPool, preparation: Preparation): RunTransaction =>
  async (maxRunMs, work) => {
    const connection = await borrow(pool, maxRunMs)
    const ask = queryRunner(connection, preparation)
    const limit = runLimit(maxRunMs)
    const lent = lendTransaction(connection)
    const { takeBack } = lent
    // The pool does not listen to a connection in use: without a listener, a lost one would end the process.
    const lost = (error: Error): void => limit.cut(error)
    connection.on('error', lost)
    let committing = false
    let usable = false
    try {
      // Not waited for by itself: with `pipeline: true`, pg sends it and the first statement in one message.
      const begun = ask('', 'BEGIN', [])
      begun.catch(() => {})
      const query: RunQuery = async (...statement) =>
        (await Promise.all([ask(...statement), begun]))[0]
      const { commit, value, isBroken } = await limit.wait(
        work({ tx: lent.tx, query, signal: limit.signal, takeBack }),
      )
      takeBack()
      committing = commit
      const text = commit ? 'COMMIT' : 'ROLLBACK'
      const { command } = await limit.wait(connection.query({ text, values: [] }))
      if (commit && command !== 'COMMIT') return { kind: 'not_committed', value }
      usable = isBroken !== true
      return { kind: 'ended', value }
    } catch (error) {
      takeBack()
      const rolledBack = await isRolledBack(ask('', 'ROLLBACK', []))
      if (limit.timedOut && !committing) return { kind: 'timed_out', rolledBack }
      usable = rolledBack && !limit.signal.aborted && !committing
      throw error
    } finally {
      limit.end()
      connection.removeListener('error', lost)
      // A connection that could not roll back, that a run may still use or has left in an unknown state, must not be
      // handed out again.
      connection.release(!usable)
    }
  }

type Begin = (
  run: (tx: PgliteClient | PostgresJsClient) => Promise<unknown>,
) => PromiseLike<unknown>

/** A promise that is settled from outside. */
const deferred = <Value>() => {
  let resolve: (value: Value) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<Value>((...ends) => {
    ;[resolve, reject] = ends
  })
  return { promise, resolve, reject }
}

/** For clients that commit when the callback returns and roll back when it throws. */
const scoped =
  (begin: Begin, ask: RunQuery, preparation: Preparation): RunTransaction =>
  async (maxRunMs, work) => {
    const begun = deferred<PgliteClient | PostgresJsClient>()
    const finished = deferred<void>()
    // Nothing awaits it if the client never begins.
    finished.promise.catch(() => {})
    let isOver = false
    const scope = Promise.resolve(
      begin((tx) => {
        begun.resolve(tx)
        return finished.promise
      }),
    ).finally(() => {
      isOver = true
    })
    scope.catch(() => {})

    /** Makes the client roll back, unless it has already ended: its connection may be in use by another run then. */
    const undo = async (reason: unknown): Promise<void> => {
      // When the connection is lost, a query fails just before the scope does.
      await new Promise((resolve) => setTimeout(resolve))
      if (!isOver) finished.reject(reason)
    }

    const neverBegan = scope.then(() => {
      throw new Error('the client did not run the transaction')
    })
    neverBegan.catch(() => {})
    let tx: PgliteClient | PostgresJsClient
    try {
      tx = await atMost(
        maxRunMs,
        'the wait for a connection',
        Promise.race([begun.promise, neverBegan]),
      )
    } catch (error) {
      finished.reject(error)
      throw error
    }

    const limit = runLimit(maxRunMs)
    const lent = lendTransaction(tx)
    const { takeBack } = lent
    const query = queryRunner(lent.own, preparation)
    let isRunning = true
    scope.catch((error) => {
      if (isRunning) limit.cut(error)
    })
    const undone = new Error('rolled back on purpose')
    let ended: Awaited<ReturnType<typeof work>>
    try {
      ended = await limit.wait(work({ tx: lent.tx, query, signal: limit.signal, takeBack }))
    } catch (error) {
      // Before the rollback: a run that goes on would write behind it.
      lent.end()
      await undo(error)
      if (limit.timedOut) {
        const failed = scope.then(
          () => {},
          (reason) => {
            if (reason !== error) throw reason
          },
        )
        return { kind: 'timed_out', rolledBack: await isRolledBack(failed) }
      }
      throw error
    } finally {
      isRunning = false
      limit.end()
      takeBack()
    }
    const { commit, value, id } = ended
    if (commit) finished.resolve()
    else await undo(undone)
    await atMost(maxRunMs, 'the commit', scope).catch((error) => {
      if (error !== undone) throw error
    })
    if (!commit || id === undefined) return { kind: 'ended', value }
    // These clients do not say what the server replied to their COMMIT.
    const asked = ask(statementName(isCommittedSql), isCommittedSql, [id])
    const [row] = await atMost(maxRunMs, 'the question for the commit', asked)
    const isCommitted = new Answer(row).nullable(0) === 'committed'
    return { kind: isCommitted ? 'ended' : 'not_committed', value }
  }

/**
 * Runs transactions on any of the three clients; their methods tell which one it is.
 *
 * @throws WebhookConfigurationError `option_invalid` for a single connection
 */
export const transactionRunner = (
  client: TransactionalClient,
  preparation: Preparation,
): RunTransaction => {
  if ('begin' in client) {
    const ask = persistentQueryRunner(client, preparation)
    return scoped((run) => client.begin(run), ask, preparation)
  }
  if ('transaction' in client) {
    const ask = persistentQueryRunner(client, preparation)
    return scoped((run) => client.transaction(run), ask, preparation)
  }
  if ('totalCount' in client) return borrowed(client, preparation)
  throw new WebhookConfigurationError(
    'option_invalid',
    '`client` cannot begin a transaction for each event.',
    'Pass a `pg` Pool (not a single Client), the `sql` of postgres.js, or a PGlite database.',
  )
}
