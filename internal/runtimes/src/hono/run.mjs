/**
 * Runs one Hono app with the adapter on Node, Bun, Deno and workerd, and sends all of them the same
 * requests over HTTP. Prints one line for each runtime, and a line of counts.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixture, fixtures, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { build } from 'esbuild'
import { installRuntimes } from '../install-runtimes.mjs'

const here = import.meta.dirname
const work = mkdtempSync(join(tmpdir(), 'ainexlayer-hono-'))
const runtimes = installRuntimes()

const serveWith = {
  node: `import { serve } from '@hono/node-server'\nserve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })`,
  bun: `Bun.serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })`,
  deno: `Deno.serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', onListen: () => {} }, app.fetch)`,
  workerd: 'export default app',
}

const bundle = async (runtime) => {
  const outfile = join(work, `${runtime}.mjs`)
  const web = runtime === 'workerd'
  await build({
    stdin: {
      contents: `import { app } from './app.ts'\n${serveWith[runtime]}`,
      resolveDir: here,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: web ? 'neutral' : 'node',
    conditions: web ? ['workerd', 'worker', 'import'] : ['import'],
    mainFields: ['module', 'main'],
    define: web ? { 'process.env': '{}' } : {},
    logLevel: 'error',
    outfile,
  })
  return outfile
}

const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })

const workerConfig = (script, port) => {
  const path = join(work, 'config.capnp')
  writeFileSync(
    path,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "${script.split('/').at(-1)}")],
    compatibilityDate = "2026-01-01",
    bindings = [(name = "WEBHOOK_SECRET", text = "${testSecret}")],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);`,
  )
  return path
}

const commands = {
  node: (script) => [process.execPath, script],
  bun: (script) => [runtimes.bun, script],
  deno: (script) => [runtimes.deno, 'run', '--allow-all', '--no-remote', script],
  workerd: (script, port) => [runtimes.workerd, 'serve', workerConfig(script, port)],
}

const exercise = async (origin) => {
  const problems = []
  const expect = (what, actual, expected) => {
    if (actual !== expected) problems.push(`${what}: ${actual} instead of ${expected}`)
  }
  const answerTo = async (request) => {
    const response = await fetch(`${origin}/webhooks`, request)
    return `${response.status} ${await response.text()}`
  }
  for (const event of Object.values(fixtures)) {
    for (const outcome of ['processed', 'duplicate']) {
      expect(
        event.type,
        await answerTo(await signedRequest({ event })),
        `200 {"outcome":"${outcome}"}`,
      )
    }
  }
  const genuine = await signedRequest({ event: fixture('chat.message') })
  expect(
    'a tampered body',
    await answerTo({ ...genuine, body: '{}' }),
    '401 {"error":"invalid_signature"}',
  )
  const unknown = await signedRequest({
    event: { id: 'msg_unknown', type: 'billing.paid', data: {} },
  })
  expect('an unknown type', await answerTo(unknown), '200 {"outcome":"unhandled"}')
  const large = await signedRequest({ body: 'x'.repeat(2 * 1024 * 1024), id: 'msg_large' })
  expect('an oversized body', await answerTo(large), '413 {"error":"body_too_large"}')
  const handled = await (await fetch(`${origin}/handled`)).json()
  expect('runs', JSON.stringify(Object.values(handled)), JSON.stringify(Array(19).fill(1)))
  return problems
}

let passed = 0
let failed = 0
for (const runtime of Object.keys(serveWith)) {
  const script = await bundle(runtime)
  const port = await freePort()
  const [binary, ...args] = commands[runtime](script, port)
  const child = spawn(binary, args, {
    cwd: work,
    env: {
      ...process.env,
      PORT: String(port),
      WEBHOOK_SECRET: testSecret,
      DENO_NO_UPDATE_CHECK: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const origin = `http://127.0.0.1:${port}`
  let ready = false
  for (let tries = 0; tries < 150 && !ready && child.exitCode === null; tries++) {
    ready = await fetch(`${origin}/handled`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (!ready) await new Promise((later) => setTimeout(later, 100))
  }
  const problems = ready ? await exercise(origin) : [`it did not start: ${said.slice(0, 1000)}`]
  child.kill('SIGKILL')
  if (problems.length === 0) passed++
  else failed++
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} Hono on ${runtime}: 41 deliveries`)
  for (const problem of problems) console.log(`     ${problem}`)
}
rmSync(work, { recursive: true, force: true })
console.log(`hono runtimes: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
