import { Writable } from 'node:stream'
import { createReceiver, type Logger } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { afterEach, expect, test, vi } from 'vitest'
import { verifyWebhook, webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

afterEach(() => vi.restoreAllMocks())

const onConsole = () => ({
  warn: vi.spyOn(console, 'warn').mockReturnValue(),
  error: vi.spyOn(console, 'error').mockReturnValue(),
})

/** An app whose logger writes into `lines`. */
const logging = () => {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  return { lines, app: fastify({ logger: { stream } }) }
}

const receiverWith = (logger?: Logger) =>
  createReceiver({ secret: testSecret, ...(logger && { logger }) })
    .on('chat.message', (_event, ctx) => ctx.log.info({ step: 'first' }, 'it arrived'))
    .on('user.login', () => {
      throw new Error('the mail server is down')
    })

/** Delivers a message that is handled, one that fails and one that is refused. */
const deliver = async (app: FastifyInstance) => {
  const { origin, close } = await listen(app, '/webhooks')
  try {
    const statuses: number[] = []
    const message = await signedRequest({ event: fixture('chat.message') })
    const login = await signedRequest({ event: fixture('user.login') })
    for (const request of [message, login, { ...login, body: '{}' }]) {
      statuses.push((await fetch(`${origin}/webhooks`, request)).status)
    }
    return statuses
  } finally {
    await close()
  }
}

test('a receiver without a logger writes to the app logger, handlers and refusals included', async () => {
  const spied = onConsole()
  const { lines, app } = logging()
  await app.register(webhookHandler, { receiver: receiverWith(), url: '/webhooks' })
  expect(await deliver(app)).toEqual([200, 500, 401])
  const said = lines.map((line) => JSON.parse(line))
  expect(said).toContainEqual(
    expect.objectContaining({ level: 30, msg: 'it arrived', step: 'first', type: 'chat.message' }),
  )
  const failed = said.find(({ msg }) => msg.startsWith('handler_failed'))
  expect(failed).toMatchObject({ level: 50, err: { message: 'the mail server is down' } })
  expect(said).toContainEqual(
    expect.objectContaining({ level: 40, msg: expect.stringContaining('invalid_signature') }),
  )
  expect(spied.error).not.toHaveBeenCalled()
  expect(spied.warn).not.toHaveBeenCalled()
})

test('verifyWebhook writes to the app logger too', async () => {
  const spied = onConsole()
  const { lines, app } = logging()
  await app.register(async (scope) => {
    await scope.register(verifyWebhook, { receiver: receiverWith() })
    scope.post('/webhooks', (_request, reply) => reply.code(204).send())
  })
  expect(await deliver(app)).toEqual([204, 204, 401])
  expect(lines.join('')).toContain('invalid_signature')
  expect(spied.warn).not.toHaveBeenCalled()
})

test('a logger that the receiver was given stays its own', async () => {
  const own = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const { lines, app } = logging()
  await app.register(webhookHandler, { receiver: receiverWith(own), url: '/webhooks' })
  await deliver(app)
  expect(own.info).toHaveBeenCalledWith(expect.anything(), 'it arrived')
  expect(own.error).toHaveBeenCalledOnce()
  expect(lines.join('')).not.toContain('it arrived')
})

test('an app without a logger leaves the log on the console', async () => {
  const spied = onConsole()
  const app = fastify()
  await app.register(webhookHandler, { receiver: receiverWith(), url: '/webhooks' })
  await deliver(app)
  expect(spied.error).toHaveBeenCalledWith(
    expect.stringContaining('handler_failed'),
    expect.anything(),
  )
})

test('a logger of another library than pino is adopted by its shape', async () => {
  const lines: unknown[][] = []
  const write = (...line: unknown[]) => lines.push(line)
  const log: FastifyBaseLogger = {
    silent: () => {},
    trace: () => {},
    debug: () => {},
    info: write,
    warn: write,
    error: write,
    fatal: write,
    level: 'info',
    child: () => log,
  }
  const app = fastify({ loggerInstance: log })
  await app.register(webhookHandler, { receiver: receiverWith(), url: '/webhooks' })
  await deliver(app)
  expect(lines).toContainEqual([expect.objectContaining({ step: 'first' }), 'it arrived'])
})
