import type { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, context } from '@opentelemetry/api'

/** From Node 26 on. */
interface Scoped {
  withScope?(store: Context): Disposable
}

const nothing: Disposable = { [Symbol.dispose]: () => {} }

/** What OpenTelemetry's context manager on Node keeps the active context in; undefined for a manager of another make. */
const storageOf = (
  Storage: typeof AsyncLocalStorage,
): (AsyncLocalStorage<Context> & Scoped) | undefined => {
  // The API has no way to enter a context but a callback, and Node 26 gives none.
  const getManager: unknown = Reflect.get(context, '_getContextManager')
  if (typeof getManager !== 'function') return undefined
  const manager: unknown = Reflect.apply(getManager, context, [])
  if (typeof manager !== 'object' || manager === null) return undefined
  return Object.values(manager).find((field) => field instanceof Storage)
}

/** A store of contexts, for `channel.bindStore`. */
export type ContextStore = AsyncLocalStorage<Context | undefined> & {
  /** Whether a channel has asked it to make anything active. */
  readonly wasAsked: boolean
}

/**
 * A store for `channel.bindStore` that makes a context OpenTelemetry's active one, with whichever context manager is
 * registered at the time: `context.with` through Node 24, where a channel calls `run`.
 */
export const contextStore = (Storage: typeof AsyncLocalStorage): ContextStore => {
  class StoreOfContexts extends Storage<Context | undefined> {
    wasAsked = false

    override run<Result>(active: Context | undefined, work: () => Result): Result
    override run<Result, Arguments extends unknown[]>(
      active: Context | undefined,
      work: (...args: Arguments) => Result,
      ...args: Arguments
    ): Result
    override run<Result, Arguments extends unknown[]>(
      active: Context | undefined,
      work: (...args: Arguments) => Result,
      ...args: Arguments
    ): Result {
      this.wasAsked = true
      return active === undefined ? work(...args) : context.with(active, () => work(...args))
    }

    /** What a channel calls from Node 26 on. */
    withScope(active: Context | undefined): Disposable {
      this.wasAsked = true
      if (active === undefined) return nothing
      return storageOf(Storage)?.withScope?.(active) ?? nothing
    }
  }
  return new StoreOfContexts()
}
