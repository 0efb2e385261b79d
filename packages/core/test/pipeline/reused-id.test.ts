import { describe, expect, test, vi } from 'vitest'
import type { TransactionalStore } from '../../src/idempotency/index.ts'
import {
  createReceiver,
  type GenuineDelivery,
  memoryStore,
  type ReceiverOptions,
  WebhookConfigurationError,
} from '../../src/index.ts'
import { isSameBody, toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const message = fixture('chat.message')

/** The same event again, with a counter of attempts in its body. */
const attempt = (number: number, content = 'hello') =>
  signedRequest({
    id: 'msg_1',
    body: JSON.stringify({ ...message, attempt: number, data: { ...message.data, content } }),
  })

const receiverOf = (options: Partial<ReceiverOptions> = {}) => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const run = vi.fn<(content: unknown) => void>()
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    store: memoryStore(),
    logger,
    ...options,
  }).on('chat.message', ({ data }) => run(data.content))
  const send = async (number: number, content?: string) => {
    const { outcome, code } = (await receiver.handle(await attempt(number, content))) as {
      outcome: string
      code?: string
    }
    return code ?? outcome
  }
  return { send, run, logger, receiver }
}

const byContent = ({ data }: { data: unknown }) =>
  JSON.stringify((data as { content?: unknown }).content)

describe('an id that arrives again with other bytes', () => {
  test('is refused unless the receiver says otherwise, in words that name the options', async () => {
    const { send, run, logger } = receiverOf()
    expect([await send(1), await send(2)]).toEqual(['processed', 'id_reused'])
    expect(run).toHaveBeenCalledOnce()
    expect(String(logger.error.mock.calls[0])).toContain('`fingerprint` or `onIdReused`')
  })

  test.each([
    ['warn', 1],
    ['ignore', 0],
  ] as const)(
    'is a duplicate with `%s`, and the log is told %d times',
    async (onIdReused, told) => {
      const { send, run, logger } = receiverOf({ onIdReused })
      expect([await send(1), await send(2)]).toEqual(['processed', 'duplicate'])
      expect(run).toHaveBeenCalledOnce()
      const warnings = logger.warn.mock.calls.filter(([about]) => about.onIdReused !== undefined)
      expect(warnings).toHaveLength(told)
      expect(logger.error).not.toHaveBeenCalled()
    },
  )

  test('runs after a run that failed, with `ignore`', async () => {
    const { send, run } = receiverOf({ onIdReused: 'ignore' })
    run.mockImplementationOnce(() => {
      throw new Error('not now')
    })
    expect([await send(1), await send(2)]).toEqual(['handler_failed', 'processed'])
    expect(await send(3)).toBe('duplicate')
  })

  test('is in flight while the first runs, with `ignore`', async () => {
    let finish = (): void => {}
    const running = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { receiver } = receiverOf({ onIdReused: 'ignore' })
    receiver.on('chat.message', () => running)
    const first = receiver.handle(await attempt(1))
    expect((await receiver.handle(await attempt(2))).outcome).toBe('in_flight')
    finish()
    expect((await first).outcome).toBe('processed')
  })
})

describe('`fingerprint` chooses what counts', () => {
  test('what it leaves out may differ, all else may not', async () => {
    const { send } = receiverOf({ fingerprint: byContent })
    expect(await send(1)).toBe('processed')
    expect(await send(2)).toBe('duplicate')
    expect(await send(3, 'another')).toBe('id_reused')
  })

  test.each<[string, (event: unknown) => string]>([
    [
      'throws',
      () => {
        throw new Error('mine')
      },
    ],
    ['answers no text', () => 5 as unknown as string],
  ])('one that %s is logged, and the bytes count', async (_, fingerprint) => {
    const { send, logger } = receiverOf({ fingerprint })
    expect([await send(1), await send(1), await send(2)]).toEqual([
      'processed',
      'duplicate',
      'id_reused',
    ])
    expect(String(logger.error.mock.calls)).toContain('`fingerprint` function failed')
  })

  test('in a queue, and with `onIdReused` there', async () => {
    const queueOf = (options: Partial<ReceiverOptions>) => {
      const jobs = new Map<string, unknown>()
      const dispatch = async (delivery: GenuineDelivery) => {
        const kept = jobs.get(delivery.event.id)
        if (kept !== undefined && !isSameBody(kept, delivery)) return { kind: 'id_reused' }
        if (kept === undefined) jobs.set(delivery.event.id, toJob(delivery))
        return { kind: 'queued' }
      }
      return receiverOf({ ...options, dispatch }).send
    }
    const strict = queueOf({})
    expect([await strict(1), await strict(2)]).toEqual(['accepted', 'id_reused'])
    const chosen = queueOf({ fingerprint: byContent })
    expect([await chosen(1), await chosen(2), await chosen(3, 'x')]).toEqual([
      'accepted',
      'accepted',
      'id_reused',
    ])
    const ignoring = queueOf({ onIdReused: 'ignore' })
    expect([await ignoring(1), await ignoring(2)]).toEqual(['accepted', 'accepted'])
  })
})

test('a transactional store asks the same, after a run that failed too', async () => {
  const known = new Map<string, { fingerprint: string; done: boolean }>()
  const store: TransactionalStore<undefined> = {
    name: 'fake',
    shared: false,
    transact: async ({ key, fingerprint }, run) => {
      const kept = known.get(key)
      if (kept?.done) return { kind: 'done', fingerprint: kept.fingerprint }
      if (kept !== undefined && kept.fingerprint !== fingerprint) {
        return { kind: 'released', fingerprint: kept.fingerprint }
      }
      const { commit, value } = await run(undefined, new AbortController().signal)
      known.set(key, { fingerprint, done: commit })
      return { kind: commit ? 'committed' : 'rolled_back', value }
    },
  }
  for (const [options, again, afterFailure] of [
    [{}, 'id_reused', 'id_reused'],
    [{ onIdReused: 'ignore' }, 'duplicate', 'processed'],
    [{ fingerprint: byContent }, 'duplicate', 'processed'],
  ] as const) {
    known.clear()
    const { send } = receiverOf({ ...options, store })
    expect([await send(1), await send(2)]).toEqual(['processed', again])
    known.clear()
    const failing = receiverOf({ ...options, store })
    failing.run.mockImplementationOnce(() => {
      throw new Error('not now')
    })
    expect([await failing.send(1), await failing.send(2)]).toEqual(['handler_failed', afterFailure])
  }
})

test('an unknown policy and a fingerprint that is no function are refused when the receiver is made', () => {
  for (const options of [
    { onIdReused: 'drop' },
    { fingerprint: 'id' },
  ] as unknown as Partial<ReceiverOptions>[]) {
    expect(() => receiverOf(options)).toThrow(WebhookConfigurationError)
  }
})
