/** A transaction that one run may use for a time. */
export interface LentTransaction<Tx> {
  readonly tx: Tx
  /** From now on every call of `tx` fails. */
  takeBack(): void
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

/**
 * Lends a transaction to one run. Its connection is used by others afterwards, and a run that timed out but
 * continues would write into their transactions. PGlite and postgres.js do not prevent that.
 */
export const lendTransaction = <Tx extends object>(transaction: Tx): LentTransaction<Tx> => {
  let isLent = true

  /** Refuses a query that was made in time and is sent too late. */
  const guarded = (query: unknown): unknown => {
    if (!isLazyQuery(query)) return query
    const send = query.handle
    query.handle = (...given) => {
      if (isLent || query.executed) return Reflect.apply(send, query, given)
      return query.reject(ended())
    }
    return query
  }

  const lend = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      // The `sql` of postgres.js is a function itself.
      apply: (_, self, given: unknown[]) => {
        if (!isLent) throw ended()
        return isFunction(target) ? guarded(Reflect.apply(target, self, given)) : undefined
      },
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (closing.has(name) && isFunction(value)) return async (): Promise<void> => {}
        if (!sending.has(name) || !isFunction(value)) return value
        return (...given: unknown[]): unknown => {
          if (!isLent) return Promise.reject(ended())
          // A savepoint has its own `sql`, on the same connection.
          const passed = given.map((one) =>
            name === 'savepoint' && isFunction(one) ? withLent(one) : one,
          )
          return guarded(Reflect.apply(value, target, passed))
        }
      },
    })

  const withLent =
    (run: AnyFunction): AnyFunction =>
    async (inner, ...rest) => {
      // postgres.js rolls back to the savepoint when its work fails, even if the connection is another run's by then.
      const never = new Promise<never>(() => {})
      if (!isLent) return never
      try {
        const value = await run(isFunction(inner) ? lend(inner) : inner, ...rest)
        return Array.isArray(value) ? await Promise.all(value) : value
      } catch (error) {
        if (!isLent) return never
        throw error
      }
    }

  return {
    tx: lend(transaction),
    takeBack: () => {
      isLent = false
    },
  }
}
