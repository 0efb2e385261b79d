/** A transaction that one run may use for a time. */
export interface LentTransaction<Tx> {
  /** For the run. */
  readonly tx: Tx
  /** The same for the store's own statements, which come after those of the run. */
  readonly own: Tx
  /** From now on every call of `tx` fails. */
  takeBack(): void
  /** From now on every call of `tx` and `own` fails: the transaction is over. */
  end(): void
}

const ended = (): Error =>
  new Error(
    'The transaction of `ctx.tx` has ended. Await all writes before the handler returns, and stop when `ctx.signal` is aborted.',
  )

/** The methods of the three clients that send something to the server. They all return a promise. */
const sending: ReadonlySet<PropertyKey> = new Set([
  'query',
  'exec',
  'sql',
  'unsafe',
  'file',
  'savepoint',
  'rollback',
  'listen',
  'notify',
])

/** What gives a `pg` connection back to its pool or closes it, which is not the run's to do: a helper's habit. */
const closing: ReadonlySet<PropertyKey> = new Set(['release', 'end'])

type AnyFunction = (...given: unknown[]) => unknown

const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function'

/** A query of postgres.js: it is sent when it is first awaited, always by `handle`. */
interface LazyQuery {
  readonly executed: boolean
  handle: AnyFunction
  reject(reason: unknown): unknown
}

const isLazyQuery = (value: unknown): value is LazyQuery =>
  typeof value === 'object' &&
  value !== null &&
  'executed' in value &&
  'handle' in value &&
  isFunction(value.handle) &&
  'reject' in value &&
  isFunction(value.reject)

/** Whether postgres.js rejects a query because the connection is gone, which the system or its own code tells by `errno`. */
const isLoss = (reason: unknown): boolean => reason instanceof Error && 'errno' in reason

/**
 * Lends a transaction to one run. Its connection is used by others afterwards, and a run that timed out but
 * continues would write into their transactions. PGlite and postgres.js do not prevent that. Of a connection that is
 * lost postgres.js takes queries as if nothing had happened: they are sent outside of the transaction once it is
 * connected again, and until then they end the process, with an error that nobody can catch.
 */
export const lendTransaction = <Tx extends object>(transaction: Tx): LentTransaction<Tx> => {
  let isLent = true
  let isOver = false
  /** Rejects the savepoints of the run, which would wait for ever. */
  let leave = (): void => {}
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(ended())
  })
  left.catch(() => {})
  const takeBack = (): void => {
    isLent = false
    leave()
  }
  const end = (): void => {
    isOver = true
    takeBack()
  }
  const mayRun = (): boolean => isLent
  const mayEnd = (): boolean => !isOver

  /** Refuses a query that was made in time and is sent too late, and notices the loss before who waits for the query does. */
  const guarded = (query: unknown, isAllowed: () => boolean): unknown => {
    if (!isLazyQuery(query)) return query
    const { handle: send, reject } = query
    query.handle = (...given) => {
      if (isAllowed() || query.executed) return Reflect.apply(send, query, given)
      return query.reject(ended())
    }
    query.reject = (reason) => {
      if (isLoss(reason)) end()
      return Reflect.apply(reject, query, [reason])
    }
    return query
  }

  const lend = <Target extends object>(target: Target, isAllowed: () => boolean): Target =>
    new Proxy(target, {
      // The `sql` of postgres.js is a function itself.
      apply: (_, self, given: unknown[]) => {
        if (!isAllowed()) throw ended()
        return isFunction(target)
          ? guarded(Reflect.apply(target, self, given), isAllowed)
          : undefined
      },
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (closing.has(name) && isFunction(value)) return async (): Promise<void> => {}
        if (!sending.has(name) || !isFunction(value)) return value
        return (...given: unknown[]): unknown => {
          if (!isAllowed()) return Promise.reject(ended())
          if (name !== 'savepoint') return guarded(Reflect.apply(value, target, given), isAllowed)
          // It has its own `sql`, on the same connection.
          const passed = given.map((one) => (isFunction(one) ? withLent(one) : one))
          const savepoint = untilLeft(Reflect.apply(value, target, passed))
          // One that the run does not wait for must not end the process now.
          left.catch(() => savepoint.catch(() => {}))
          return savepoint
        }
      },
    })

  const untilLeft = async (savepoint: unknown): Promise<unknown> => {
    try {
      return await Promise.race([savepoint, left])
    } catch (error) {
      if (isLoss(error)) end()
      throw error
    }
  }

  const withLent =
    (run: AnyFunction): AnyFunction =>
    async (inner, ...rest) => {
      // postgres.js rolls back to the savepoint when its work fails, even if the connection is another run's by then.
      const never = new Promise<never>(() => {})
      if (!isLent) return never
      try {
        const value = await run(isFunction(inner) ? lend(inner, mayRun) : inner, ...rest)
        return Array.isArray(value) ? await Promise.all(value) : value
      } catch (error) {
        if (!isLent) return never
        throw error
      }
    }

  return {
    tx: lend(transaction, mayRun),
    own: lend(transaction, mayEnd),
    takeBack,
    end,
  }
}
