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

type AnyFunction = (...given: unknown[]) => unknown

const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function'

/**
 * Lends a transaction to one run. Its connection is used by others afterwards, and a run that timed out but
 * continues would write into their transactions. PGlite and postgres.js do not prevent that.
 */
export const lendTransaction = <Tx extends object>(transaction: Tx): LentTransaction<Tx> => {
  let isLent = true

  const lend = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      // The `sql` of postgres.js is a function itself.
      apply: (_, self, given: unknown[]) => {
        if (!isLent) throw ended()
        return isFunction(target) ? Reflect.apply(target, self, given) : undefined
      },
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (!sending.has(name) || !isFunction(value)) return value
        return (...given: unknown[]): unknown => {
          if (!isLent) return Promise.reject(ended())
          // A savepoint has its own `sql`, on the same connection.
          const passed = given.map((one) =>
            name === 'savepoint' && isFunction(one) ? withLent(one) : one,
          )
          return Reflect.apply(value, target, passed)
        }
      },
    })

  const withLent =
    (run: AnyFunction): AnyFunction =>
    (inner, ...rest) =>
      run(isFunction(inner) ? lend(inner) : inner, ...rest)

  return {
    tx: lend(transaction),
    takeBack: () => {
      isLent = false
    },
  }
}
