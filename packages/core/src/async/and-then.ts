import { isThenable } from './thenable.ts'

/**
 * Goes on with a value: now if it is there, else when it is. A delivery that waits for nothing makes no promise on its
 * way, and each one costs as much as a look-up in the memory store. What throws is thrown, or rejects, as it comes.
 */
export const andThen = <Value, Next>(
  value: Value | PromiseLike<Value>,
  next: (value: Value) => Next | Promise<Next>,
): Next | Promise<Next> => (isThenable(value) ? Promise.resolve(value).then(next) : next(value))
