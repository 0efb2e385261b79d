/**
 * Known weaknesses in what the published packages bring along, by the registry's advisories. Exit code 75 says that
 * the registry gave no answer and nothing was checked: that is not a pass.
 */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { openFindings } from './audit-findings.mjs'
import { explainedFindings } from './explained-findings.mjs'

const notRun = 75

const { stdout, stderr } = spawnSync('pnpm', ['audit', '--prod', '--json'], {
  cwd: resolve(import.meta.dirname, '../../..'),
  encoding: 'utf8',
  timeout: 120_000,
})
const report = /^\s*\{/.test(stdout ?? '') ? JSON.parse(stdout) : undefined
if (report?.advisories === undefined) {
  const [reason = 'no answer'] = /responded with \d+|ERR_\w+/.exec(stderr ?? '') ?? []
  console.log(`audit: not run: the registry did not answer the audit (${reason})`)
  process.exitCode = notRun
} else {
  const open = openFindings(report, explainedFindings, new Date())
  for (const finding of open) console.log(`FAIL ${finding}`)
  console.log(`audit: ${report.metadata.totalDependencies} packages asked for, ${open.length} open`)
  process.exitCode = open.length === 0 ? 0 : 1
}
