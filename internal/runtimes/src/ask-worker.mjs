/** Runs a script as a worker on workerd. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, dirname } from 'node:path'

const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })

/**
 * Asks a worker once. What it answers, as JSON; undefined with what workerd said when it did not within ten seconds.
 *
 * @param {string} workerd its binary
 * @param {string} script the path of the bundle
 * @param {readonly string[]} flags compatibility flags, such as `nodejs_compat`
 */
export const askWorker = async (workerd, script, flags) => {
  const port = await freePort()
  const config = `${script}-${port}.capnp`
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "${basename(script)}")],
    compatibilityDate = "2026-01-01", compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);`,
  )
  const worker = spawn(workerd, ['serve', config], {
    cwd: dirname(script),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  worker.stderr.on('data', (chunk) => {
    said += chunk
  })
  try {
    for (let tries = 0; tries < 100; tries++) {
      try {
        return { answer: await (await fetch(`http://127.0.0.1:${port}/`)).json(), said }
      } catch {
        await new Promise((later) => setTimeout(later, 100))
      }
    }
    return { answer: undefined, said: said.slice(0, 2000) }
  } finally {
    worker.kill()
  }
}
