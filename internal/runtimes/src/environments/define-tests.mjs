/**
 * Defines every case once in each way of faking time, with what the runner offers.
 *
 * @param ways - `{ name, on, off }`: switches the fakes on before a test and off after it; `cases` where not all can run
 */
export const defineTests = ({ describe, test, beforeEach, afterEach }, all, ways) => {
  for (const { name, on, off, cases = all } of ways) {
    describe(name, () => {
      beforeEach(on)
      afterEach(off)
      for (const { name, run } of cases) test(name, () => run())
    })
  }
}
