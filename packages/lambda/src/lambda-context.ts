/** The part of a function's context that the adapter reads; the `Context` of `@types/aws-lambda` fits. */
export interface LambdaContext {
  readonly getRemainingTimeInMillis?: (() => number) | undefined
}

/** What is kept of the function's time for the answer itself, in milliseconds. */
const answerMs = 500

/**
 * Milliseconds until the answer must be under way: Lambda stops a function at its timeout without one. Undefined where
 * the context does not say, or says 0, as stand-ins in tests do.
 */
export const deadlineOf = (context: LambdaContext | undefined): number | undefined => {
  const leftMs = context?.getRemainingTimeInMillis?.() ?? 0
  return leftMs > 0 ? Math.max(leftMs - answerMs, leftMs / 2) : undefined
}
