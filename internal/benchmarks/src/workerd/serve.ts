import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { installRuntimes } from '@ainexlayer/webhooks-runtimes'
import { build } from 'esbuild'

/** workerd on its own port. */
export interface ServedWorker {
  readonly url: string
  close(): Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const answers = async (url: string, worker: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 100 && worker.exitCode === null; tries++) {
    try {
      await fetch(url)
      return
    } catch {
      await sleep(50)
    }
  }
  throw new Error('workerd did not answer')
}

/** Bundles the worker as a deployment would, and serves it. */
export const serveWorker = async (): Promise<ServedWorker> => {
  const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-workerd-'))
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'import'],
    logLevel: 'error',
  })
  const port = await freePort()
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);`,
  )
  const worker = spawn(installRuntimes().workerd, ['serve', join(folder, 'config.capnp')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  await answers(url, worker)
  return {
    url,
    close: async () => {
      worker.kill()
      await once(worker, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
