import type { SqliteDatabase } from './database.ts'

/** A handle that one run may use for a time. */
export interface LentDatabase<Db> {
  readonly db: Db
  /** From now on every call of `db` throws. */
  takeBack(): void
}

const ended = (): Error =>
  new Error(
    'The transaction of `ctx.tx` has ended. Await all writes before the handler returns, and stop when `ctx.signal` is aborted.',
  )

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const isOpenIterator = (value: unknown): value is Iterator<unknown> =>
  isObject(value) && 'next' in value && 'return' in value

/**
 * Lends the handle, which all runs share, to one run. A run that timed out but continues would write into the
 * transaction of the next.
 */
export const lendDatabase = <Db extends SqliteDatabase>(db: Db): LentDatabase<Db> => {
  let isLent = true
  const iterators = new Set<Iterator<unknown>>()

  const lend = <Target extends object>(target: Target): Target => {
    const proxy: Target = new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...given: unknown[]): unknown => {
          if (!isLent) throw ended()
          // Drivers accept only their own objects as `this`, not a proxy of them.
          const answer: unknown = Reflect.apply(value, target, given)
          if (answer === target) return proxy
          if (name === 'iterate' && isOpenIterator(answer)) iterators.add(answer)
          return name === 'prepare' && isObject(answer) ? lend(answer) : answer
        }
      },
    })
    return proxy
  }

  return {
    db: lend(db),
    takeBack: () => {
      isLent = false
      // better-sqlite3 refuses to roll back while an iterator is open.
      for (const iterator of iterators) iterator.return?.()
    },
  }
}
