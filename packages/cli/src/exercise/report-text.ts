import type { Output } from '../output/output.ts'
import { byGroup, type CheckResult, type Scorecard, summaryOf } from './scorecard.ts'

const words = { passed: 'ok', preference: 'note', failed: 'FAIL', skipped: 'skip' } as const

const marks = { passed: '✓', preference: '○', failed: '✗', skipped: '-' } as const

const titleOf = (group: string): string => group.charAt(0).toUpperCase() + group.slice(1)

const linesOf = (
  out: Output,
  { status, title, name, expected, came, fix }: CheckResult,
): string[] => {
  const { green, yellow, red, dim, bold } = out.colors
  const paint = { passed: green, preference: yellow, failed: red, skipped: dim }[status]
  const mark = out.columns === undefined ? words[status].padEnd(4) : marks[status]
  const indent = ' '.repeat(mark.length + 4)
  if (status === 'passed') return [`  ${paint(mark)}  ${title} ${dim(`(${came})`)}`]
  if (status === 'skipped') return [`  ${paint(mark)}  ${dim(`${title} (${came})`)}`]
  return [
    `  ${paint(mark)}  ${bold(title)} ${dim(`[${name}]`)}`,
    `${indent}expected  ${expected}`,
    `${indent}came      ${came}`,
    ...(fix === undefined ? [] : [`${indent}fix       ${fix}`]),
  ]
}

/** A scorecard for people. */
export const reportText = (out: Output, scorecard: Scorecard): string => {
  const { bold, green, yellow, red } = out.colors
  const groups = byGroup(scorecard).map(({ group, results }) => {
    const judged = results.filter(({ status }) => status !== 'skipped')
    const right = judged.filter(({ status }) => status !== 'failed')
    return [
      `${bold(titleOf(group))}  ${right.length} of ${judged.length}`,
      ...results.flatMap((result) => linesOf(out, result)),
    ].join('\n')
  })
  const { failed, reason } = scorecard
  const paint = failed > 0 ? red : reason === undefined ? green : yellow
  return [...groups, paint(summaryOf(scorecard))].join('\n\n')
}
