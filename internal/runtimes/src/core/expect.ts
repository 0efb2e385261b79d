/** The least that the cases need, without a test framework: they run where there is none. */
export const equal = (actual: unknown, expected: unknown, what = 'value'): void => {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (one !== other) throw new Error(`${what}: expected ${other}, got ${one}`)
}
