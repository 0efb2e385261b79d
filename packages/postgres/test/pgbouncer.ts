import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { url } from './server.ts'

/** A PgBouncer in transaction mode in front of the tests' Postgres. */
export interface Pooler {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Whether the machine has PgBouncer. */
export const hasPgBouncer = spawnSync('pgbouncer', ['--version']).status === 0
/** Why a test is skipped. */
export const noPgBouncer = 'no pgbouncer on this machine (apt-get install pgbouncer)'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = (found: boolean) => () => {
      socket.destroy()
      resolve(found)
    }
    socket.on('connect', answer(true)).on('error', answer(false))
  })

const stopped = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Starts one with a few connections to the server, so that a client's transactions go from one to another. */
export const startPgBouncer = async (): Promise<Pooler> => {
  const server = new URL(url)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-pgbouncer-'))
  const database = server.pathname.slice(1)
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${database} = host=${server.hostname} port=${server.port || 5432} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${folder}/users
pool_mode = transaction
default_pool_size = 3
server_round_robin = 1
`,
  )
  writeFileSync(join(folder, 'users'), `"${server.username || 'postgres'}" ""\n`)
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0
  if (isRoot) chmodSync(folder, 0o755)
  const child = spawn(
    'pgbouncer',
    ['-q', ...(isRoot ? ['-u', 'nobody'] : []), join(folder, 'pgbouncer.ini')],
    { stdio: 'ignore' },
  )
  const pooled = `postgres://${server.username || 'postgres'}@127.0.0.1:${port}/${database}`
  const deadline = Date.now() + 5000
  while (!(await listens(port))) {
    if (Date.now() < deadline && child.exitCode === null) continue
    await stopped(child)
    throw new Error('PgBouncer did not start')
  }
  return {
    url: pooled,
    stop: async () => {
      await stopped(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
