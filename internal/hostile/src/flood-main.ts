/**
 * One address sends forged requests while the genuine sender delivers over the same endpoint: from another address,
 * and from the same one, as behind a shared proxy. Prints the figures, and exits with 1 when a genuine event was lost,
 * doubled, or refused once.
 *
 * Usage: npx pnpm@12 flood --forged 2000 --events 200 --seconds 10
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { forge } from './forger.ts'
import { sendGenuine } from './genuine-sender.ts'
import type { ServerReport } from './server-report.ts'

const { values } = parseArgs({
  options: {
    forged: { type: 'string', default: '2000' },
    events: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
  },
})
const [perSecond, events, seconds] = [values.forged, values.events, values.seconds].map(Number)

/** The address that the genuine sender's attempts carry. */
const genuineAddress = '203.0.113.7'

const start = async (
  handled: Map<string, number>,
): Promise<{ child: ChildProcess; port: number }> => {
  const child = fork(fileURLToPath(new URL('flood-server.ts', import.meta.url)))
  child.on('message', (report: ServerReport) => {
    if (report.kind === 'handled') handled.set(report.id, (handled.get(report.id) ?? 0) + 1)
  })
  for (;;) {
    const [report] = (await once(child, 'message')) as [ServerReport]
    if (report.kind === 'listening') return { child, port: report.port }
  }
}

const run = async (what: string, address: string): Promise<boolean> => {
  const handled = new Map<string, number>()
  const { child, port } = await start(handled)
  const stopping = new AbortController()
  const forging = forge(port, address, perSecond ?? 0, stopping.signal)
  const sent = await sendGenuine(port, (events ?? 0) / (seconds ?? 1), seconds ?? 0)
  stopping.abort()
  const { sent: forged, statuses } = await forging
  child.disconnect()
  await once(child, 'exit')

  const lost = sent.filter(({ id }) => !handled.has(id)).length
  const doubled = [...handled.values()].filter((runs) => runs > 1).length
  const refused = sent.reduce((sum, { failures }) => sum + failures, 0)
  const passed = lost === 0 && doubled === 0 && refused === 0 && handled.size === sent.length
  const answers = [...statuses].map(([status, count]) => `${count} times ${status}`).join(', ')
  console.log(
    [
      `${what}: ${forged} forged requests, ${Math.round(forged / (seconds ?? 1))} a second: ${answers}`,
      `  genuine: ${sent.length} sent, ${handled.size} handled, ${lost} lost, ${doubled} doubled, ${refused} attempts refused`,
      `  ${passed ? 'passed' : 'FAILED'}`,
    ].join('\n'),
  )
  return passed
}

const results = [
  await run('from another address', '198.51.100.9'),
  await run('from the same address', genuineAddress),
]
const failed = results.filter((passed) => !passed).length
console.log(`flood: ${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
