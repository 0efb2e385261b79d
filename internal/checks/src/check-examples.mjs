/**
 * Starts each example app with its start command, and judges it with `ainexlayer-webhooks exercise`: every check of
 * the scorecard must be green.
 */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')
const secret = `whsec_${randomBytes(32).toString('base64')}`
const apps = process.argv.slice(2).length
  ? process.argv.slice(2)
  : ['express-app', 'hono-app', 'fastify-app', 'next-app', 'workers-app']
const startLimitMs = 120_000

const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })

const start = async (app) => {
  const port = await freePort()
  const child = spawn('pnpm', ['start'], {
    cwd: join(root, 'examples', app),
    env: { ...process.env, PORT: String(port), AINEXLAYER_WEBHOOK_SECRET: secret, NODE_ENV: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its own process group, so that everything it starts can be ended with it
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4000)
    })
  }
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {}
  }
  const origin = `http://127.0.0.1:${port}`
  const deadline = Date.now() + startLimitMs
  while (Date.now() < deadline && child.exitCode === null) {
    const ready = await fetch(`${origin}/handled`).catch(() => undefined)
    if (ready?.ok) return { origin, stop }
    await new Promise((later) => setTimeout(later, 200))
  }
  stop()
  throw new Error(`it did not start:\n${output}`)
}

const commandLine = join(root, 'packages/cli/dist/bin.js')

/** The scorecard of an app, one object for each line. */
const exercise = (origin) =>
  new Promise((judged, cannot) => {
    const args = [
      'exercise',
      `${origin}/webhooks/ainexlayer`,
      '--observe',
      `${origin}/handled`,
      '--json',
    ]
    const env = { ...process.env, AINEXLAYER_WEBHOOK_SECRET: secret }
    execFile(process.execPath, [commandLine, ...args], { env }, (_, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
      if (lines.length === 0) cannot(new Error(`exercise said nothing:\n${stderr}`))
      else judged(lines.map((line) => JSON.parse(line)))
    })
  })

let failed = 0
for (const app of apps) {
  const began = Date.now()
  let running
  try {
    running = await start(app)
    const checks = await exercise(running.origin)
    const card = checks.at(-1)
    const red = checks.filter(({ status }) => status === 'failed')
    if (red.length > 0 || card?.failed !== 0) {
      throw new Error(
        red.map(({ name, expected, came }) => `${name}: ${came}, not ${expected}`).join('\n     '),
      )
    }
    console.log(
      `ok   ${app}: grade ${card.grade}, ${card.passed} checks, ${Math.round((Date.now() - began) / 1000)} s`,
    )
  } catch (error) {
    failed++
    console.log(`FAIL ${app}: ${error.message}`)
  } finally {
    running?.stop()
  }
}
console.log(`examples: ${apps.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
