/** The only assertion that the cases need. They run where no test framework does. */
export const equal = (actual: unknown, expected: unknown, what = 'value'): void => {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (one !== other) throw new Error(`${what}: expected ${other}, got ${one}`)
}
