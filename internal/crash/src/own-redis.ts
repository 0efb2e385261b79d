import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithThisProcess } from './end-with-this-process.ts'
import { accepts, freePort } from './free-port.ts'

/** A Redis server for one test, which can be killed and frozen. */
export interface OwnRedis {
  readonly url: string
  readonly port: number
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Ends it with SIGKILL. */
  kill(): Promise<void>
  /** Kills it with SIGKILL, and starts it again on the same port and folder. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Whether there is a `redis-server` on the PATH. */
export const hasRedisBinary = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** Starts `redis-server` with the given settings, on a free loopback port. */
export const startRedis = async (...settings: readonly string[]): Promise<OwnRedis> => {
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'ainl-redis-'))
  // A sentinel writes to its file of settings.
  const file = join(dir, 'redis.conf')
  await writeFile(file, '')
  const start = async () => {
    const args = [file, '--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '']
    const child = spawn('redis-server', [...args, ...settings], { stdio: 'ignore' })
    endWithThisProcess(child)
    while (!(await accepts(port))) {
      if (child.exitCode !== null) throw new Error('redis-server did not start')
      await sleep(20)
    }
    return child
  }
  let server = await start()
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: stop,
    signal: (name) => server.kill(name),
    restart: async () => {
      await stop()
      server = await start()
    },
    close: async () => {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
