import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./servers.sh', import.meta.url))

/**
 * Runs before the tests. Redis and Postgres are those of REDIS_URL and DATABASE_URL, or those on their
 * standard ports, or are started here from a binary on this machine. If there is none, the suites that need
 * it say so.
 */
export const setup = async (): Promise<() => Promise<void>> => {
  const shell = spawn('bash', ['-c', `. ${script}; echo "$REDIS_URL $DATABASE_URL"; read`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const [answer] = (await once(shell.stdout, 'data')) as [Buffer]
  const [redis = '', postgres = ''] = answer.toString().trimEnd().split(' ')
  if (redis !== '') process.env['REDIS_URL'] = redis
  if (postgres !== '') process.env['DATABASE_URL'] = postgres
  return async () => {
    const stopped = once(shell, 'exit')
    shell.stdin.end()
    await stopped
  }
}
