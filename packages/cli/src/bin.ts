#!/usr/bin/env node
import { version } from './program/version.ts'

const args = process.argv.slice(2)

const run = async (): Promise<void> => {
  const [{ main }, { processWorld }] = await Promise.all([
    import('./main.ts'),
    import('./world/process-world.ts'),
  ])
  const exitCode = await main(args, processWorld())
  // Connections that are kept alive would hold the process; what was written must be out first.
  process.stdout.write('', (error) => {
    // A result that could not be written is none; a reader that has left has what it wanted.
    const isUnwritten = error instanceof Error && !error.message.includes('EPIPE')
    const code = exitCode === 0 && isUnwritten ? 1 : exitCode
    // After the stream has told its error.
    setImmediate(() => process.exit(code))
  })
}

// Everything else is loaded when it is needed.
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) console.log(version)
else void run()
