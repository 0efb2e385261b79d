/**
 * Whether something must be awaited. By its `then` and not by its class: test environments such as jsdom have a
 * Promise of their own, beside the one that WebCrypto returns.
 */
export const isThenable = <Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  'then' in value &&
  typeof value.then === 'function'
