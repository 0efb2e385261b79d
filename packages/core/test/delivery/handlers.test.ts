import { expect, test, vi } from 'vitest'
import { type AnyEvent, createReceiver, type HandlerContext } from '../../src/index.ts'
import { fixture, fixtures, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const newReceiver = () => createReceiver({ secret: testSecret, logger: quiet })

test('each of the 19 events reaches the handler of its name with its data', async () => {
  expect(Object.keys(fixtures)).toHaveLength(19)
  for (const event of Object.values(fixtures)) {
    const seen: AnyEvent[] = []
    const receiver = newReceiver().on(event.type, (received) => seen.push(received))
    const result = await receiver.handle(await signedRequest({ event }))
    expect(result).toMatchObject({ outcome: 'processed', status: 200 })
    expect(seen).toEqual([{ ...event, secretId: 'secret-1' }])
  }
})

test('handlers run in the order of registration, whatever pattern they came by', async () => {
  const order: string[] = []
  const receiver = newReceiver()
    .on('*', () => order.push('*'))
    .on('chat.message', async () => {
      await Promise.resolve()
      order.push('chat.message')
    })
    .on(['chat.*', 'chat.message'], () => order.push('list'))
    .on('document.*', () => order.push('document.*'))
  await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(order).toEqual(['*', 'chat.message', 'list'])
})

test('a handler may answer with anything that has a `then`, and is waited for', async () => {
  const order: string[] = []
  const receiver = newReceiver()
    .on('chat.message', () => ({
      // biome-ignore lint/suspicious/noThenProperty: a query builder is such an object, and runs when it is awaited.
      then: (done: () => void) =>
        setImmediate(() => {
          order.push('query')
          done()
        }),
    }))
    .on('chat.message', () => order.push('after'))
  const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(result).toMatchObject({ outcome: 'processed' })
  expect(order).toEqual(['query', 'after'])
})

test('the first failure ends the run', async () => {
  const later = vi.fn()
  const receiver = newReceiver()
    .on('chat.message', () => Promise.reject(new Error('no')))
    .on('chat.message', later)
  const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(result).toMatchObject({ outcome: 'failed', code: 'handler_failed', status: 500 })
  expect(later).not.toHaveBeenCalled()
})

test('an event of an unknown type reaches onUnknown and no other handler', async () => {
  const known = vi.fn()
  const unknown = vi.fn()
  const receiver = newReceiver().on('*', known).onUnknown(unknown)
  const event = { id: 'msg_20', type: 'billing.paid', timestamp: '2024-01-15T10:30:00Z', data: 7 }
  const result = await receiver.handle(await signedRequest({ event }))
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(unknown.mock.calls[0]?.[0]).toEqual({ ...event, secretId: 'secret-1', unknown: true })
  expect(known).not.toHaveBeenCalled()
})

test('a known event whose data does not fit reaches onInvalid with its issues', async () => {
  const known = vi.fn()
  const invalid = vi.fn()
  const receiver = newReceiver().on('*', known).onInvalid(invalid)
  const event = { ...fixture('chat.message'), data: { id: 1 } }
  const result = await receiver.handle(await signedRequest({ event }))
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(invalid.mock.calls[0]?.[0].data).toEqual({ id: 1 })
  expect(invalid.mock.calls[0]?.[1].map(({ path }: { path: string }) => path)).toEqual([
    'data.id',
    'data.conversationId',
    'data.workspaceId',
  ])
  expect(known).not.toHaveBeenCalled()
})

test('unknown fields and unknown values of an enumeration are kept', async () => {
  const seen: unknown[] = []
  const receiver = newReceiver().on('document.uploaded', ({ data }) => seen.push(data))
  const data = {
    id: 'document-1',
    workspaceId: 'workspace-1',
    status: 'scanning',
    folder: { a: 1 },
  }
  const event = { ...fixture('document.uploaded'), data }
  await receiver.handle(await signedRequest({ event }))
  expect(seen).toEqual([data])
})

test('the context tells of the attempt, and its headers are web headers', async () => {
  let context: HandlerContext | undefined
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    now: () => 1_700_000_001_500,
  })
  receiver.on('chat.message', (_, ctx) => {
    context = ctx
  })
  const request = await signedRequest({
    event: fixture('chat.message'),
    signedAt: 1_700_000_000,
    headers: { 'X-Tenant': 'acme' },
  })
  await receiver.handle(request)
  expect(context).toMatchObject({
    id: request.headers['webhook-id'],
    signedAt: new Date(1_700_000_000_000),
    receivedAt: new Date(1_700_000_001_500),
    secretId: 'secret-1',
    run: 1,
  })
  expect(new TextDecoder().decode(context?.rawBody)).toBe(request.body)
  expect(context?.headers.get('x-tenant')).toBe('acme')
})

test('a name that the catalog does not have is refused where it is written', () => {
  const receiver = newReceiver()
  const on = receiver.on as (pattern: string, handler: () => void) => unknown
  for (const name of ['chat.mesage', 'chats.*', 'constructor', '']) {
    expect(() => on(name, () => {})).toThrow(expect.objectContaining({ code: 'event_unknown' }))
  }
})

test('handlers are fixed at the first genuine delivery, which no stranger can send', async () => {
  const receiver = newReceiver()
  const request = await signedRequest({ event: fixture('chat.message') })
  await receiver.handle({ ...request, method: 'GET' })
  await receiver.handle({ ...request, headers: {} })
  await receiver.handle({ ...request, body: '{}' })
  await receiver.work({ no: 'job' })
  receiver.on('chat.message', () => {})
  await receiver.handle(request)
  for (const late of [
    () => receiver.on('*', () => {}),
    () => receiver.onUnknown(() => {}),
    () => receiver.onInvalid(() => {}),
  ]) {
    expect(late).toThrow(expect.objectContaining({ code: 'registration_closed' }))
  }
})
