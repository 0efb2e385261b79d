/** Fails a case when two values differ. The suites stand on this alone, so that any test runner can run them. */
export const checkEqual = (actual: unknown, expected: unknown, what: string): void => {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (one !== other) throw new Error(`${what}: expected ${other}, got ${one}`)
}

/** Fails a case when something does not hold. */
export const checkThat = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}
