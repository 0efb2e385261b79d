import { byGroup, type Scorecard, summaryOf } from './scorecard.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ')

const marks = { passed: '✅', preference: '💡', failed: '❌', skipped: '➖' } as const

/** A scorecard as Markdown, for the summary of a CI run or a comment on a pull request. */
export const reportMarkdown = (scorecard: Scorecard): string =>
  [
    `## ${summaryOf(scorecard)}`,
    '',
    `Receiver: \`${scorecard.url}\``,
    ...byGroup(scorecard).flatMap(({ group, results }) => [
      '',
      `### ${group}`,
      '',
      '| | check | expected | came | how to fix it |',
      '|---|---|---|---|---|',
      ...results.map(
        ({ status, title, expected, came, fix = '' }) =>
          `| ${marks[status]} | ${[title, expected, came, fix].map(cell).join(' | ')} |`,
      ),
    ]),
    '',
  ].join('\n')
