/** One way to do something, timed against others. */
export interface Case {
  readonly name: string
  /** Does it the given number of times. */
  run(times: number): void | Promise<void>
}

/** How long a case took. */
export interface Measured {
  readonly name: string
  /** Nanoseconds for one operation, the median over the rounds. */
  readonly ns: number
  /** Relative to the first case of the same round, the median over the rounds. */
  readonly ratio: number
}

/** How much is measured. */
export interface Effort {
  /** How many rounds, default 21. */
  readonly rounds?: number
  /** Milliseconds for one turn of one case; default 15. */
  readonly batchMs?: number
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}

const timed = async ({ run }: Case, times: number): Promise<number> => {
  const startedAt = process.hrtime.bigint()
  await run(times)
  return Number(process.hrtime.bigint() - startedAt)
}

/** How many operations fill a batch. */
const calibrate = async (one: Case, batchMs: number): Promise<number> => {
  for (let times = 1; ; times *= 2) {
    const ns = await timed(one, times)
    if (ns >= batchMs * 1e6) return Math.max(1, Math.round((times * batchMs * 1e6) / ns))
  }
}

/** How long a case warms up, so that its code is compiled, as that of a running server is. */
const warmUpMs = 400

const warmUp = async (one: Case, batchMs: number): Promise<number> => {
  const until = performance.now() + warmUpMs
  let times = await calibrate(one, batchMs)
  while (performance.now() < until) times = await calibrate(one, batchMs)
  return times
}

const shuffled = <Value>(list: readonly Value[]): Value[] =>
  list
    .map((value) => ({ value, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value)

/**
 * Times cases against each other: in each round all of them run once, in random order, so that a slow
 * moment of the machine affects all of them. The others are compared with the first case.
 */
export const compare = async (
  cases: readonly Case[],
  { rounds = 21, batchMs = 15 }: Effort = {},
): Promise<readonly Measured[]> => {
  const subjects: { one: Case; times: number; perOp: number[] }[] = []
  for (const one of cases) {
    subjects.push({ one, times: await warmUp(one, batchMs), perOp: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const { one, times, perOp } of shuffled(subjects)) {
      perOp[round] = (await timed(one, times)) / times
    }
  }
  const base = subjects[0]?.perOp ?? []
  return subjects.map(({ one, perOp }) => ({
    name: one.name,
    ns: median(perOp),
    ratio: median(perOp.map((ns, round) => ns / (base[round] ?? ns))),
  }))
}

/** A case of a synchronous function, in a loop that the engine compiles for it only. */
export const sync = (name: string, operation: () => unknown): Case => ({
  name,
  run: new Function(
    'operation',
    'return (times) => { let kept; for (let i = 0; i < times; i++) kept = operation(); return kept && undefined }',
  )(operation) as (times: number) => void,
})

/** A case of an asynchronous function, one call after another, or `inFlight` at once. */
export const async = (name: string, operation: () => Promise<unknown>, inFlight = 1): Case => ({
  name,
  run: async (times) => {
    let left = times
    const lane = async (): Promise<void> => {
      while (left-- > 0) await operation()
    }
    await Promise.all(Array.from({ length: Math.min(inFlight, times) }, lane))
  },
})
