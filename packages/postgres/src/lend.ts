/** A transaction that is lent to one run. */
export interface LentTransaction<Tx> {
  readonly tx: Tx
  /** Ends the loan: whatever is asked of it from now on fails. */
  takeBack(): void
}

const ended = (): Error =>
  new Error(
    'The transaction of `ctx.tx` has ended. Await all that is written through it before the handler returns, and stop when `ctx.signal` is aborted.',
  )

/** What sends something to the server, on any of the clients. All of them answer a promise. */
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
 * Lends a transaction: its connection comes to others after it, and a run that was given up, and writes on
 * nevertheless, would write into their transactions. PGlite and postgres.js do not keep it from that.
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
          // A savepoint has a `sql` of its own, on the same connection.
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
