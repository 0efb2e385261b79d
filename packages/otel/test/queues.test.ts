import { trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { instrumentWebhooks, observeQueue } from '../src/index.ts'
import { receiverWith, sent, signed } from './deliveries.ts'
import { inMemory } from './in-memory.ts'
import { queues, type TestQueue } from './queues.ts'

describe.each(queues)('through $name', ({ open, waiting, there, noServer }) => {
  let sdk: ReturnType<typeof inMemory>
  let queue: TestQueue
  const stops: (() => unknown)[] = []

  beforeEach(async (context) => {
    if (!there) context.skip(noServer)
    sdk = inMemory()
    queue = await open()
  })

  afterEach(async () => {
    if (!there) return
    for (const stop of stops.splice(0)) await stop()
    await queue.close()
    await sdk.close()
  })

  const run = async (jobTrace: 'link' | 'parent') => {
    const { tracerProvider, meterProvider } = sdk
    stops.push(instrumentWebhooks({ tracerProvider, meterProvider, jobTrace }).disable)
    const active: (string | undefined)[] = []
    const receiver = receiverWith({ dispatch: queue.dispatch }).on('chat.message', () => {
      active.push(trace.getActiveSpan()?.spanContext().traceId)
    })
    expect(await receiver.handle(await signed('msg_ok'))).toMatchObject({ status: 202 })
    stops.push(observeQueue('webhooks', queue.state, { meterProvider }))
    const before = await sdk.metrics()
    const worker = await queue.startWorker(receiver)
    stops.push(() => worker.close())
    const finished = (name: string) => sdk.spans().find((span) => span.name === name)
    await vi.waitFor(() => expect(finished('work billing')).toBeDefined(), 15_000)
    const spans = {
      handle: finished('handle billing'),
      send: finished('send billing'),
      work: finished('work billing'),
      handler: finished('handler chat.message'),
    }
    return { spans, active, before }
  }

  test('the worker’s span links to the span that sent the job, in a trace of its own', async () => {
    const { spans, active } = await run('link')
    const { handle, send, work, handler } = spans
    expect(send?.parentSpanContext?.spanId).toBe(handle?.spanContext().spanId)
    expect(handle?.links.map((link) => link.context.spanId)).toEqual([sent.spanId])
    expect(work?.parentSpanContext).toBe(undefined)
    expect(work?.links.map((link) => link.context.spanId)).toEqual([send?.spanContext().spanId])
    expect(work?.attributes).toMatchObject({
      'ainexlayer.job.id': expect.any(String),
      'ainexlayer.job.run': 1,
      'ainexlayer.outcome': 'processed',
    })
    expect(handler?.spanContext().traceId).toBe(work?.spanContext().traceId)
    expect(active).toEqual([work?.spanContext().traceId])
    const metrics = await sdk.metrics()
    const about = { endpoint: 'billing', entrance: 'work' }
    expect(metrics['ainexlayer.webhooks.queue.wait']).toEqual([[{ endpoint: 'billing' }, 1]])
    expect(metrics['ainexlayer.webhooks.deliveries']).toContainEqual([
      { ...about, type: 'chat.message', outcome: 'processed' },
      1,
    ])
  })

  test('with `jobTrace: parent` one trace goes through the queue', async () => {
    const { spans, active } = await run('parent')
    const { handle, send, work } = spans
    expect(work?.parentSpanContext).toMatchObject({ spanId: send?.spanContext().spanId })
    expect(work?.links).toEqual([])
    const traceId = handle?.spanContext().traceId
    expect(traceId).not.toBe(sent.traceId)
    expect([work?.spanContext().traceId, ...active]).toEqual([traceId, traceId])
  })

  test('the depth of the queue and the age of its oldest job are observed', async () => {
    const { before } = await run('link')
    expect(before['ainexlayer.webhooks.queue.jobs']).toContainEqual([
      { queue: 'webhooks', state: waiting },
      1,
    ])
    const [[about, age] = []] = before['ainexlayer.webhooks.queue.age'] ?? []
    expect(about).toEqual({ queue: 'webhooks' })
    expect(age).toBeGreaterThan(0)
    expect(age).toBeLessThan(15)
    await vi.waitFor(async () => {
      const after = await sdk.metrics()
      expect(after['ainexlayer.webhooks.queue.age']).toEqual([[{ queue: 'webhooks' }, 0]])
    }, 15_000)
  })
})
