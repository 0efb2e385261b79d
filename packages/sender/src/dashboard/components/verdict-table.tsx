import type { Run } from '../shapes.ts'
import { ScrollBox } from './scroll-box.tsx'
import { Badge } from './status.tsx'
import { Ago } from './time.tsx'

const answers = (list: readonly (number | string)[]): string =>
  list.length <= 4 ? list.join(', ') : `${list.slice(0, 3).join(', ')}, … (${list.length})`

/** Where a run stands. */
export const RunState = ({ run }: { readonly run: Run }) => {
  if (run.status === 'running') return <Badge tone="busy">running</Badge>
  if (run.status === 'failed') return <Badge tone="bad">broke off</Badge>
  if (run.verdict?.skipped) return <Badge tone="idle">skipped</Badge>
  return run.verdict?.passed ? <Badge tone="good">passed</Badge> : <Badge tone="bad">failed</Badge>
}

/** A run of a scenario, with what was expected at each step and what came. */
export const VerdictTable = ({ run }: { readonly run: Run }) => (
  <details class="run" id={run.id} open={run.status === 'running'}>
    <summary>
      <RunState run={run} /> <strong>{run.name}</strong> <span class="muted">{run.webhookId}</span>{' '}
      <span class="muted">
        {run.steps} {run.steps === 1 ? 'step' : 'steps'}
        {run.status === 'running' && run.lastStep !== null ? `: ${run.lastStep}` : ''}
      </span>{' '}
      <span class="muted">
        <Ago at={run.startedAt} />
      </span>
    </summary>
    {run.error === null ? null : <p class="hint bad">{run.error}</p>}
    {run.verdict === null ? null : run.verdict.skipped !== null ? (
      <p class="hint">Skipped: {run.verdict.skipped}.</p>
    ) : (
      <ScrollBox label={`The verdict of ${run.name}`}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Step</th>
              <th scope="col">Answered</th>
              <th scope="col">Expected</th>
              <th scope="col">Handled</th>
            </tr>
          </thead>
          <tbody>
            {run.verdict.rows.map((row) => (
              <tr>
                <td>
                  <Badge tone={row.verdict === 'ok' ? 'good' : 'bad'}>{row.verdict}</Badge>
                </td>
                <td>{row.step}</td>
                <td class="mono">{answers(row.answered)}</td>
                <td>{row.expected}</td>
                <td>{row.handled === null ? '–' : `${row.handled} of ${row.expectedHandled}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    )}
    {run.verdict === null ? null : (
      <p class="actions">
        <a class="button" href={`/faults/runs/${run.id}/report.md`} download>
          Report (Markdown)
        </a>
        <a class="button" href={`/faults/runs/${run.id}/report.json`} download>
          Report (JSON)
        </a>
      </p>
    )}
  </details>
)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A run as a report in Markdown. */
export const markdownReport = (run: Run): string => {
  const { verdict } = run
  const result = verdict?.skipped
    ? `skipped: ${verdict.skipped}`
    : verdict?.passed
      ? 'passed'
      : 'failed'
  const rows = (verdict?.rows ?? []).map((row) =>
    [
      row.verdict,
      row.step,
      answers(row.answered),
      row.expected,
      row.handled === null ? '' : `${row.handled} of ${row.expectedHandled}`,
    ].map(cell),
  )
  return [
    `# ${run.name}: ${result}`,
    '',
    `${run.webhookId}, ${run.startedAt}`,
    '',
    '| verdict | step | answered | expected | handled |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n')
}
