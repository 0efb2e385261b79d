/**
 * Starts each example app with its start command, and sends it deliveries from the reference sender. All
 * apps must give the same answers and run their handlers equally often.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { fixture, fixtures } from '@ainexlayer/webhooks/testing'
import { createMessage, deliver, retryPresets } from '@ainexlayer/webhooks-sender'

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

const exercise = async (origin) => {
  const endpoint = { url: `${origin}/webhooks/ainexlayer`, secret }
  const statusOf = async (message, options = {}) => {
    const { attempts } = await deliver({ endpoint, message, retry: retryPresets.none, ...options })
    return attempts[0]?.response?.statusCode
  }
  const problems = []
  const expect = (what, actual, expected) => {
    if (actual !== expected) problems.push(`${what}: ${actual} instead of ${expected}`)
  }
  const sent = Object.keys(fixtures).map((type) => createMessage(fixture(type)))
  for (const message of sent) expect(message.type, await statusOf(message), 200)
  expect('a duplicate', await statusOf(sent[0]), 200)
  const forged = createMessage(fixture('chat.message'))
  expect('a tampered body', await statusOf(forged, { faults: [{ kind: 'tamperBody' }] }), 401)
  expect(
    'a wrong secret',
    await statusOf(forged, { faults: [{ kind: 'badSignature', how: 'wrongSecret' }] }),
    401,
  )
  expect(
    'a stale timestamp',
    await statusOf(forged, { faults: [{ kind: 'timestamp', offsetSeconds: -600 }] }),
    401,
  )
  expect('an unknown type', await statusOf(createMessage({ type: 'billing.paid', data: {} })), 200)
  const large = createMessage(fixture('chat.message', { content: 'x'.repeat(1024 * 1024) }))
  expect('an oversized body', await statusOf(large), 413)
  const handled = await (await fetch(`${origin}/handled`)).json()
  for (const { id, type } of sent) expect(`runs of ${type}`, handled[id], 1)
  expect('runs in all', Object.keys(handled).length, sent.length)
  return problems
}

let failed = 0
for (const app of apps) {
  const began = Date.now()
  let running
  try {
    running = await start(app)
    const problems = await exercise(running.origin)
    if (problems.length > 0) throw new Error(problems.join('\n     '))
    console.log(
      `ok   ${app}: 24 deliveries as expected, ${Math.round((Date.now() - began) / 1000)} s`,
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
