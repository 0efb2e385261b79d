import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithThisProcess } from './end-with-this-process.ts'
import { freePort } from './free-port.ts'

/** A Postgres server and its streaming replica. */
export interface PostgresPair {
  readonly primaryPort: number
  readonly replicaPort: number
  /** Kills the primary with SIGKILL. */
  killPrimary(): Promise<void>
  /** Promotes the replica, and waits until it takes writes. */
  promote(): Promise<void>
  close(): Promise<void>
}

const debian = '/usr/lib/postgresql'

/** The folder of the server's programs; undefined if there is none. */
export const postgresFolder = (): string | undefined => {
  try {
    return readdirSync(debian)
      .map((version) => join(debian, version, 'bin'))
      .find((folder) => spawnSync(join(folder, 'postgres'), ['--version']).status === 0)
  } catch {
    return undefined
  }
}

/** Postgres refuses to run as root: then it runs as the user `postgres`. */
const serverUser = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/**
 * Starts a primary and a streaming replica on free loopback ports.
 *
 * @param isSynchronous - whether a commit waits for the replica (`synchronous_standby_names`)
 */
export const startPostgresPair = async (isSynchronous: boolean): Promise<PostgresPair> => {
  const programs = postgresFolder()
  if (programs === undefined) throw new Error(`no Postgres in ${debian}`)
  const user = serverUser()
  const root = mkdtempSync(join(tmpdir(), 'ainl-postgres-'))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(root, user.uid, user.gid)
  const call = (program: string, ...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(join(programs, program), args, {
      ...user,
      cwd: root,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${program}: ${stderr}`)
  }
  const start = async (data: string, port: number, standbys: string): Promise<ChildProcess> => {
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'fsync=off',
      'shared_buffers=16MB',
      'max_connections=40',
      `synchronous_standby_names=${standbys}`,
    ].flatMap((setting) => ['-c', setting])
    const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', `${port}`, ...settings], {
      ...user,
      cwd: root,
      stdio: 'ignore',
    })
    endWithThisProcess(child)
    const isReady = () =>
      spawnSync(join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', `${port}`]).status ===
      0
    while (!isReady()) {
      if (child.exitCode !== null) throw new Error('postgres did not start')
      await sleep(20)
    }
    return child
  }
  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  const [primaryData, replicaData] = [join(root, 'primary'), join(root, 'replica')]
  const [primaryPort, replicaPort] = [await freePort(), await freePort()]
  call('initdb', '-D', primaryData, '-U', 'postgres', '-A', 'trust', '--no-sync')
  const primary = await start(primaryData, primaryPort, isSynchronous ? '*' : '')
  const from = `host=127.0.0.1 port=${primaryPort} user=postgres`
  call('pg_basebackup', '-D', replicaData, '-d', from, '-R', '-c', 'fast', '--no-sync')
  const replica = await start(replicaData, replicaPort, '')
  return {
    primaryPort,
    replicaPort,
    killPrimary: () => kill(primary),
    promote: async () => {
      const at = ['-h', '127.0.0.1', '-p', `${replicaPort}`, '-U', 'postgres']
      const asking = spawn(join(programs, 'psql'), [...at, '-c', 'SELECT pg_promote()'], {
        ...user,
        cwd: root,
        stdio: 'ignore',
      })
      const [code] = await once(asking, 'exit')
      if (code !== 0) throw new Error('the replica was not promoted')
    },
    close: async () => {
      // SIGKILL leaves no child processes behind: they see that their parent is gone.
      await Promise.all([kill(primary), kill(replica)])
      rmSync(root, { recursive: true, force: true })
    },
  }
}
