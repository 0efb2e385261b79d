/**
 * What CI checks: sizes to a tenth of a kilobyte, and ratios with a margin so wide that only a real
 * regression fails, even on a busy machine.
 */

import { pipelineRatio } from './tables/pipeline.ts'
import { gzippedSizes } from './tables/size.ts'
import { verifyRatios } from './tables/verify.ts'

/** The most gzipped bytes allowed. */
const sizeBudgets: Readonly<Record<string, number>> = {
  'core: verifySignature': 5600,
  'core: verify (typed events)': 9600,
  // What misuse, a store's or a queue's trouble and `close` are said and done with: 2 kB of words and checks. Who may
  // call, and how often: 1.3 kB. Channels 1.2 kB, the line of each delivery 0.5 kB, `health` 0.4 kB.
  'core: createReceiver': 32_900,
  'express adapter alone': 500,
  'hono adapter alone': 1000,
  'fastify adapter alone': 1200,
  'next adapter alone': 1000,
  'lambda adapter alone': 1800,
}

/** The most that verification may take, as a multiple of the raw limit, by the size of the body. */
const verifyBudgets: Readonly<Record<string, number>> = {
  '256 B': 1.9,
  '1 KiB': 1.8,
  '10 KiB': 1.35,
  '100 KiB': 1.2,
}

/** The most that a delivery may take, as a multiple of hand-written code. */
const pipelineBudget = 2.6

let [passed, failed] = [0, 0]
const judge = (what: string, measured: number, budget: number, unit: string): void => {
  const ok = measured <= budget
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${measured.toFixed(2)} of ${budget} ${unit}`)
}

const sizes = await gzippedSizes()
for (const [name, budget] of Object.entries(sizeBudgets)) {
  judge(name, (sizes.get(name) ?? Number.POSITIVE_INFINITY) / 1000, budget / 1000, 'kB')
}
for (const [size, ratio] of await verifyRatios(Object.keys(verifyBudgets))) {
  judge(`verify, ${size}`, ratio, verifyBudgets[size] ?? 0, 'times the raw limit')
}
judge('a whole delivery', await pipelineRatio(), pipelineBudget, 'times the code by hand')
console.log(`budgets: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
