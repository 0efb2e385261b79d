import { Console } from 'node:console'
import { Writable } from 'node:stream'
import bunyan from 'bunyan'
import { pino } from 'pino'
import { Logger as TsLog } from 'tslog'
import { afterEach, expect, test, vi } from 'vitest'
import winston from 'winston'
import { createReceiver, type Logger } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const sink = () => {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  return { lines, stream }
}

const loggers: Record<string, (stream: Writable) => Logger> = {
  pino: (stream) => pino(stream),
  bunyan: (stream) => bunyan.createLogger({ name: 'test', stream }),
  winston: (stream) =>
    winston.createLogger({ transports: [new winston.transports.Stream({ stream })] }),
  tslog: (stream) => {
    const logger = new TsLog({ type: 'hidden' })
    logger.attachTransport((line) => {
      stream.write(JSON.stringify(line))
    })
    return logger
  },
  console: (stream) => new Console({ stdout: stream, stderr: stream }),
}

const deliver = async (logger?: Logger) => {
  const receiver = createReceiver({ secret: testSecret, ...(logger && { logger }) })
  receiver.on('chat.message', (_event, ctx) => ctx.log.info({ step: 'first' }, 'it arrived'))
  receiver.on('user.login', () => {
    throw new Error('the mail server is down')
  })
  await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  await receiver.handle(await signedRequest({ event: fixture('user.login') }))
}

for (const [name, make] of Object.entries(loggers)) {
  test(`${name} prints the sentence, the details and the error`, async () => {
    const { lines, stream } = sink()
    await deliver(make(stream))
    await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(2))
    const said = lines.join('')
    for (const part of ['it arrived', 'first', 'msg_chat_message', 'handler_failed']) {
      expect(said).toContain(part)
    }
    expect(said).toContain('the mail server is down')
    expect(said).not.toContain('[object Object]')
  })
}

test('without a logger, the receiver’s infos go to the console while developing, and not in production', async () => {
  const info = vi.spyOn(console, 'info').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
  vi.spyOn(console, 'warn').mockReturnValue()
  const receiver = createReceiver({ secret: testSecret })
  const deliverUnheard = async () =>
    receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  vi.stubEnv('NODE_ENV', 'production')
  await deliverUnheard()
  expect(info).not.toHaveBeenCalled()
  vi.stubEnv('NODE_ENV', 'development')
  await deliverUnheard()
  expect(info).toHaveBeenCalledWith(
    '[ainexlayer] nobody listens to this event',
    expect.objectContaining({ outcome: 'unhandled', type: 'chat.message' }),
  )
})

test.each(['development', 'production', 'test'])(
  'what a handler logs is written to the console without a logger, in %s too',
  async (mode) => {
    vi.stubEnv('NODE_ENV', mode)
    vi.spyOn(console, 'warn').mockReturnValue()
    const info = vi.spyOn(console, 'info').mockReturnValue()
    const receiver = createReceiver({ secret: testSecret }).on('*', (_, ctx) =>
      ctx.log.info({ workspace: 'w-1' }, 'a message came in'),
    )
    const event = fixture('chat.message')
    await receiver.handle(await signedRequest({ event }))
    expect(info.mock.calls[0]).toEqual([
      '[ainexlayer] a message came in',
      { id: event.id, type: event.type, workspace: 'w-1' },
    ])
    // The receiver's own line is for somebody who looks at the console.
    expect(info.mock.calls.length).toBe(mode === 'development' ? 2 : 1)
  },
)
