import { fixture } from '@ainexlayer/webhooks/testing'
import type { RequestHandler } from 'msw'
import { expectTypeOf, test } from 'vitest'
import {
  type Attempt,
  type Client,
  type CreateWebhookInput,
  createClient,
  type Delivery,
  type DeliveryStatus,
  type EventName,
  type EventPattern,
  isApiError,
  type KnownEventName,
  type Page,
  type RetryPolicy,
  uncheckedName,
  type Webhook,
} from '../src/index.ts'
import { platformHandlers } from '../src/msw/index.ts'

const client = createClient({ apiKey: process.env['AINEXLAYER_API_KEY'] })

test('a list is one page when it is awaited, and items when it is iterated over', async () => {
  const request = client.webhooks.list({ active: true })
  expectTypeOf(await request).toEqualTypeOf<Page<Webhook>>()
  for await (const webhook of request) expectTypeOf(webhook).toEqualTypeOf<Webhook>()
  for await (const delivery of await client.deliveries.list()) {
    expectTypeOf(delivery).toEqualTypeOf<Delivery>()
  }
})

test('only the answers that show a secret have one', async () => {
  expectTypeOf(await client.webhooks.create({ url: '', events: ['*'] })).toHaveProperty('secret')
  expectTypeOf(await client.webhooks.rotateSecret('webhook-1')).toHaveProperty('secret')
  expectTypeOf(await client.webhooks.get('webhook-1')).not.toHaveProperty('secret')
  expectTypeOf(await client.webhooks.update('webhook-1', {})).not.toHaveProperty('secret')
})

test('bodies are on a single delivery, not on a listed one', async () => {
  expectTypeOf((await client.deliveries.get('delivery-1')).attempts).toEqualTypeOf<Attempt[]>()
  expectTypeOf(await client.webhooks.test('webhook-1')).toHaveProperty('attempts')
  expectTypeOf<Delivery>().not.toHaveProperty('attempts')
})

test('names are known, and open to the names of a later platform', () => {
  expectTypeOf<'document.processed'>().toExtend<EventName>()
  expectTypeOf<'document.*'>().toExtend<EventPattern>()
  expectTypeOf<'billing.paid'>().not.toExtend<EventPattern>()
  expectTypeOf(uncheckedName('billing.paid')).toExtend<EventPattern>()
  expectTypeOf<string>().not.toExtend<EventPattern>()
  expectTypeOf<'parked'>().toExtend<DeliveryStatus>()
  expectTypeOf<EventName>().not.toEqualTypeOf<string>()
  expectTypeOf<EventName>().toExtend<string>()
})

test('inputs take undefined for what is left out, and refuse what is wrong', () => {
  expectTypeOf<{
    url: string
    events: ['*']
    description: undefined
  }>().toExtend<CreateWebhookInput>()
  // @ts-expect-error a webhook needs its events
  void client.webhooks.create({ url: 'https://a.example' })
  expectTypeOf<{ preset: 'fast' }>().toExtend<RetryPolicy>()
  expectTypeOf<{ delaysSeconds: number[] }>().toExtend<RetryPolicy>()
  expectTypeOf<{ jitter: number }>().not.toExtend<RetryPolicy>()
  // @ts-expect-error a secret is rotated, not updated
  void client.webhooks.update('webhook-1', { secret: 'whsec_' })
  // @ts-expect-error a read takes no idempotency key
  void client.webhooks.get('webhook-1', { idempotencyKey: 'a' })
  // @ts-expect-error a client needs its key
  createClient({})
})

test('the data of an event has the shape of its type, and other events say that they are unchecked', () => {
  void client.events.emit({ type: 'user.login', data: { userId: 'user-1', method: 'sso' } })
  // @ts-expect-error there is no such event
  void client.events.emit({ type: 'user.logni', data: { userId: 'user-1' } })
  // @ts-expect-error the id of the user is missing
  void client.events.emit({ type: 'user.login', data: { id: 'user-1' } })
  const some = fixture('user.login' as KnownEventName)
  void client.events.emit(some)
  void client.events.emit({ type: 'billing.paid', data: 7, validate: false })
  void client.events.emit({
    type: 'user.login',
    data: { userId: 'user-1' },
    faults: [{ kind: 'tamperBody', how: 'crlf' }, { kind: 'ackLost' }],
  })
  void client.events.emit({
    type: 'user.login',
    data: { userId: 'user-1' },
    // @ts-expect-error there is no such fault
    faults: [{ kind: 'explode' }],
  })
  // @ts-expect-error a fault of events is not one of a webhook
  void client.dev.setFaults('webhook-1', [{ fault: { kind: 'flood' } }])
})

test('the name of an event of the stream says what its data is', async () => {
  for await (const event of client.stream()) {
    if (event.name === 'attempt.settled') expectTypeOf(event.data.attempt).toEqualTypeOf<Attempt>()
    if (event.name === 'clock.moved') expectTypeOf(event.data.now).toEqualTypeOf<string>()
  }
})

test('a guard narrows an unknown error', () => {
  const error: unknown = undefined
  if (isApiError(error)) {
    expectTypeOf(error.status).toEqualTypeOf<number>()
    expectTypeOf(error.details?.field).toEqualTypeOf<string | undefined>()
  }
})

test('the handlers are handlers of msw', () => {
  expectTypeOf(platformHandlers({ maxWebhooks: 3 })).toEqualTypeOf<RequestHandler[]>()
  expectTypeOf<Client['eventTypes']['list']>().returns.resolves.items.toHaveProperty('schema')
})
