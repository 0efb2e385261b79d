import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  ainexlayerEvents,
  createReceiver,
  type EventOf,
  isEvent,
  safeVerify,
  type UnknownEvent,
  type VerifiedEvent,
  verify,
  type WebhookEvent,
} from '../../src/index.ts'

const request = { headers: {}, body: '', secret: 'whsec_' }
const receiver = createReceiver({ secret: 'whsec_' })
const events = { ...ainexlayerEvents, 'billing.paid': z.object({ cents: z.number() }) }
const extended = createReceiver({ secret: 'whsec_', events })

test('a switch over the type narrows the data of what verify answers', async () => {
  const event = await verify(request)
  switch (event.type) {
    case 'chat.message':
      return expectTypeOf(event.data.content).toEqualTypeOf<string | undefined>()
    case 'user.login':
    case 'user.logout':
      return expectTypeOf(event.data.userId).toEqualTypeOf<string>()
    default:
      return expectTypeOf(event.data).toBeUnknown()
  }
})

test('an if over the type narrows the data of what safeVerify answers', async () => {
  const result = await safeVerify(request)
  if (!result.ok) return
  const { event } = result
  if (event.type === 'chat.message') {
    expectTypeOf(event).toEqualTypeOf<EventOf<'chat.message'>>()
  } else if (event.type === 'document.failed') {
    expectTypeOf(event.data.error?.code).toEqualTypeOf<string | undefined>()
  } else if (event.type !== 'user.login') {
    expectTypeOf(event.data).toBeUnknown()
  } else {
    expectTypeOf(event.data.userId).toEqualTypeOf<string>()
  }
})

test('fields that are taken out of the event narrow one another', async () => {
  const { type, data } = await receiver.verify(request)
  if (type === 'chat.message') expectTypeOf(data.conversationId).toEqualTypeOf<string>()
  if (type === 'workspace.created') expectTypeOf(data.name).toEqualTypeOf<string | undefined>()
})

test('an event that may be missing narrows through the question mark', () => {
  const read = (event: VerifiedEvent | undefined) => {
    switch (event?.type) {
      case 'chat.message':
        return expectTypeOf(event.data.content).toEqualTypeOf<string | undefined>()
      default:
    }
    if (event?.type === 'user.login') expectTypeOf(event.data.userId).toEqualTypeOf<string>()
    return undefined
  }
  expectTypeOf(read).toBeFunction()
})

test('after every event of the catalog only the unknown one is left', async () => {
  const event = await verify(request)
  switch (event.type) {
    case 'document.uploaded':
    case 'document.processed':
    case 'document.failed':
    case 'document.deleted':
    case 'document.updated':
    case 'chat.message':
    case 'chat.conversation.started':
    case 'chat.conversation.ended':
    case 'chat.response.generated':
    case 'workspace.created':
    case 'workspace.updated':
    case 'workspace.deleted':
    case 'workspace.user.added':
    case 'workspace.user.removed':
    case 'user.created':
    case 'user.updated':
    case 'user.deleted':
    case 'user.login':
      return undefined
    case 'user.logout':
      return expectTypeOf(event.data.sessionId).toEqualTypeOf<string | undefined>()
    default:
      expectTypeOf(event).toExtend<UnknownEvent>()
      expectTypeOf(event.data).toBeUnknown()
      if (event.unknown) return undefined
      return expectTypeOf(event).toBeNever()
  }
})

test('an event that a switch forgets is seen by the check for never', async () => {
  const event = await verify(request)
  if (event.unknown) return
  switch (event.type) {
    case 'chat.message':
      return
    default:
      // @ts-expect-error eighteen are left
      expectTypeOf(event).toBeNever()
  }
})

test('the events of a catalog of one’s own narrow as well', async () => {
  const event = await extended.verify(request)
  switch (event.type) {
    case 'billing.paid':
      return expectTypeOf(event.data).toEqualTypeOf<{ cents: number }>()
    case 'chat.message':
      return expectTypeOf(event.data.content).toEqualTypeOf<string | undefined>()
    default:
  }
  if (isEvent(event, 'user.*')) expectTypeOf(event).toEqualTypeOf<EventOf<'user.*'>>()
  return undefined
})

test('a name that the catalog does not have is no case', async () => {
  const event = await verify(request)
  switch (event.type) {
    // @ts-expect-error misspelt
    case 'chat.mesage':
      return
    default:
  }
  // @ts-expect-error not in the catalog
  if (event.type === 'billing.paid') return
})

test('an unknown event goes wherever one is taken, and its type wherever a string is', async () => {
  const keep = (event: UnknownEvent) => event.type
  const event = await verify(request)
  const type: string = event.type
  if (type === 'billing.paid') return
  if (event.unknown) {
    expectTypeOf(keep(event)).toEqualTypeOf<string>()
    expectTypeOf(event.data).toBeUnknown()
    expectTypeOf(event.type.startsWith('billing.')).toEqualTypeOf<boolean>()
  } else {
    expectTypeOf(event).toEqualTypeOf<WebhookEvent>()
  }
  receiver.onUnknown((unknown) => unknown.type === 'billing.paid')
})
