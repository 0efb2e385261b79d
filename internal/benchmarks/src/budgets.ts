/**
 * What CI checks: sizes to a tenth of a kilobyte, and ratios with a margin so wide that only a real
 * regression fails, even on a busy machine.
 */

import { coldStartFigures } from './tables/cold-start.ts'
import { pipelineRatio } from './tables/pipeline.ts'
import { sameWorkRatios } from './tables/same-work.ts'
import { gzippedSizes } from './tables/size.ts'
import { verifyRatios } from './tables/verify.ts'

/** The most gzipped kilobytes allowed. */
const sizeBudgets: Readonly<Record<string, number>> = {
  'core: verifySignature': 5.9,
  'core: verify (typed events)': 10.8,
  // What misuse, a store's or a queue's trouble and `close` are said and done with: 2 kB of words and checks. Who may
  // call, and how often: 1.3 kB. Channels 1.2 kB, the line of each delivery 0.5 kB, `health` 0.4 kB, the words that schema libraries have for their rules, and
  // what is left out of what a schema throws, 0.6 kB. Requests that died in a Worker, and the warning of a tolerance: 0.2 kB. Steps that go on
  // without a promise, and the words for an event that nobody takes: 0.8 kB.
  'core: createReceiver': 35.7,
  'express adapter alone': 0.5,
  'hono adapter alone': 1.1,
  'fastify adapter alone': 1.3,
  'next adapter alone': 1,
  'lambda adapter alone': 1.8,
}

/** The most that verification may take, as a multiple of the raw limit, by the size of the body. */
const verifyBudgets: Readonly<Record<string, number>> = {
  '256 B': 1.9,
  '1 KiB': 1.8,
  '10 KiB': 1.35,
  '100 KiB': 1.2,
}

/** The most that a delivery may take, as a multiple of hand-written code. */
const pipelineBudgets = { 'a whole delivery': 2.6 }

/** The most CPU time over HTTP, as a multiple of the same work by hand: 1.4 in quiet, and 1.5 to 1.7 with Redis. */
const sameWorkBudgets: Readonly<Record<string, number>> = {
  'node:http, core, memory store': 1.8,
  'node:http, core, redisStore': 2.2,
}

/** The most that a cold start may take: of loading, as a multiple of loading zod in the same way. */
const startBudgets = {
  'import of core, beside zod': 0.7,
  'require of core, beside zod': 0.7,
  'load of a Lambda function in one file, beside zod': 0.8,
  'the first delivery beyond the second, in ms': 25,
}

/** How often a figure that is over its budget is measured: whatever else the machine does passes, a regression stays. */
const turns = 3

let [passed, failed] = [0, 0]
const judge = (what: string, measured: number, budget: number, unit: string): void => {
  const ok = measured <= budget
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${measured.toFixed(2)} of ${budget} ${unit}`)
}

type Figures = ReadonlyMap<string, number>

/** Judges the least of what was measured. */
const judgeLeast = async (
  budgets: Readonly<Record<string, number>>,
  unit: string,
  measure: () => Promise<Figures>,
): Promise<void> => {
  const least = new Map<string, number>()
  const figureOf = (name: string): number => least.get(name) ?? Number.POSITIVE_INFINITY
  const isOver = ([name, budget]: readonly [string, number]): boolean => figureOf(name) > budget
  for (let turn = 0; turn < turns && Object.entries(budgets).some(isOver); turn++) {
    for (const [name, figure] of await measure()) {
      least.set(name, Math.min(figure, figureOf(name)))
    }
  }
  for (const [name, budget] of Object.entries(budgets)) judge(name, figureOf(name), budget, unit)
}

await judgeLeast(
  sizeBudgets,
  'kB',
  async () => new Map([...(await gzippedSizes())].map(([name, bytes]) => [name, bytes / 1000])),
)
await judgeLeast(verifyBudgets, 'times the raw limit for a body of that size', () =>
  verifyRatios(Object.keys(verifyBudgets)),
)
await judgeLeast(
  pipelineBudgets,
  'times the code by hand',
  async () => new Map([['a whole delivery', await pipelineRatio()]]),
)
await judgeLeast(sameWorkBudgets, 'times the CPU time by hand', () => sameWorkRatios(['node:http']))
await judgeLeast(startBudgets, 'at a cold start', async () => {
  const { imported, required, inLambda, firstDeliveryMs } = await coldStartFigures()
  return new Map([
    ['import of core, beside zod', imported],
    ['require of core, beside zod', required],
    ['load of a Lambda function in one file, beside zod', inLambda],
    ['the first delivery beyond the second, in ms', firstDeliveryMs],
  ])
})
console.log(`budgets: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
