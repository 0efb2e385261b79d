import { randomBytes } from 'node:crypto'
import { startReceivingSide } from './receiving-side.ts'
import { type Case, cases } from './scenario.ts'
import { table } from './table.ts'

/** How a case went. */
interface Verdict {
  readonly statuses: readonly number[]
  readonly outcomes: readonly string[]
  readonly runs: number
  readonly ok: boolean
}

const same = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index])

const secret = `whsec_${randomBytes(32).toString('base64')}`
const receiver = await startReceivingSide(secret)

const judge = async (sent: Case): Promise<Verdict> => {
  const before = receiver.outcomes.length
  const statuses = await sent.send()
  const outcomes = receiver.outcomes.slice(before)
  const runs = receiver.runs(sent.message.id)
  const ok = same(statuses, sent.statuses) && same(outcomes, sent.outcomes) && runs === sent.runs
  return { statuses, outcomes, runs, ok }
}

console.log(`\nThe reference sender delivers to an Express app at ${receiver.url}\n`)

const rows: string[][] = []
let wrong = 0
for (const sent of cases({ receiver, secret })) {
  const { statuses, outcomes, runs, ok } = await judge(sent)
  if (!ok) wrong++
  rows.push([
    sent.name,
    statuses.join(', '),
    outcomes.join(', '),
    String(runs),
    ok ? 'as expected' : `WRONG: expected ${sent.statuses} ${sent.outcomes} and ${sent.runs} runs`,
  ])
}
await receiver.close()

console.log(table(['sent', 'answered', 'outcome', 'handled', 'verdict'], rows))
console.log(`\n${rows.length - wrong} of ${rows.length} deliveries went as expected.`)
process.exitCode = wrong === 0 ? 0 : 1
