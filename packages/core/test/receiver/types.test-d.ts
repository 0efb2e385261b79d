import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import type { OpenEnum } from '../../src/events/index.ts'
import type { TransactionalStore } from '../../src/idempotency/index.ts'
import {
  ainexlayerEvents,
  createReceiver,
  type EventOf,
  type Handler,
  isEvent,
  type SecretRequest,
  type UnknownEvent,
  type VerifiedEvent,
  type VerifyResult,
  type WebhookEvent,
} from '../../src/index.ts'

const receiver = createReceiver({ secret: 'whsec_' })

test('one type gives that event, ids certain and the rest optional', () => {
  receiver.on('chat.message', (event) => {
    expectTypeOf(event).not.toBeAny()
    expectTypeOf(event.type).toEqualTypeOf<'chat.message'>()
    expectTypeOf(event.id).toEqualTypeOf<string>()
    expectTypeOf(event.data).not.toBeAny()
    expectTypeOf(event.data.workspaceId).toEqualTypeOf<string>()
    expectTypeOf(event.data.content).toEqualTypeOf<string | undefined>()
    expectTypeOf(event.data.role).toEqualTypeOf<OpenEnum<'user'> | undefined>()
    // @ts-expect-error a misspelt field does not compile
    event.data.contnet
  })
})

test('a nested object has no index signature either', () => {
  receiver.on('document.failed', (event) => {
    expectTypeOf(event.data.error?.code).toEqualTypeOf<string | undefined>()
    // @ts-expect-error a misspelt field does not compile
    event.data.error?.cod
  })
})

test('a prefix gives the union of the events under it', () => {
  receiver.on('document.*', (event) => {
    expectTypeOf(event.type).toEqualTypeOf<
      | 'document.uploaded'
      | 'document.processed'
      | 'document.failed'
      | 'document.deleted'
      | 'document.updated'
    >()
    expectTypeOf(event.data.workspaceId).toEqualTypeOf<string>()
    if (event.type === 'document.processed') {
      expectTypeOf(event.data.chunkCount).toEqualTypeOf<number | undefined>()
    }
    // @ts-expect-error only one of the five has it
    event.data.chunkCount
  })
  receiver.on('chat.conversation.*', (event) => {
    expectTypeOf(event.type).toEqualTypeOf<
      'chat.conversation.started' | 'chat.conversation.ended'
    >()
  })
})

test('a list gives the union of its events', () => {
  receiver.on(['user.login', 'user.logout'], (event) => {
    expectTypeOf(event.type).toEqualTypeOf<'user.login' | 'user.logout'>()
    expectTypeOf(event.data.userId).toEqualTypeOf<string>()
  })
  receiver.on(['workspace.user.*', 'user.created'], (event) => {
    expectTypeOf(event.type).toEqualTypeOf<
      'workspace.user.added' | 'workspace.user.removed' | 'user.created'
    >()
  })
})

test('the star gives every event of the catalog', () => {
  receiver.on('*', (event) => {
    expectTypeOf(event).toEqualTypeOf<WebhookEvent>()
  })
})

test('a misspelt name does not compile', () => {
  // @ts-expect-error
  receiver.on('chat.mesage', () => {})
  // @ts-expect-error
  receiver.on('chats.*', () => {})
  // @ts-expect-error
  receiver.on(['chat.message', 'chat.mesage'], () => {})
})

test('an event that the catalog does not know has unknown data', () => {
  receiver.onUnknown((event) => {
    expectTypeOf(event).toEqualTypeOf<UnknownEvent>()
    expectTypeOf(event.data).toEqualTypeOf<unknown>()
    expectTypeOf(event.type).toEqualTypeOf<string>()
  })
})

test('a handler can be written apart', () => {
  const notify: Handler<'chat.message'> = (event, ctx) => {
    expectTypeOf(event).toEqualTypeOf<EventOf<'chat.message'>>()
    expectTypeOf(ctx.signal).toEqualTypeOf<AbortSignal>()
  }
  receiver.on('chat.message', notify)
})

test('a verified event narrows by its type, unknown ones apart', () => {
  const read = (event: VerifiedEvent) => {
    expectTypeOf(event.data).toEqualTypeOf<unknown>()
    if (event.unknown) return expectTypeOf(event).toExtend<UnknownEvent>()
    switch (event.type) {
      case 'chat.message':
        return expectTypeOf(event).toEqualTypeOf<EventOf<'chat.message'>>()
      case 'user.login':
        return expectTypeOf(event.data.userId).toEqualTypeOf<string>()
      default:
    }
    if (isEvent(event, 'workspace.*')) {
      expectTypeOf(event).toEqualTypeOf<EventOf<'workspace.*'>>()
    }
    // @ts-expect-error no such event
    isEvent(event, 'workspaces.*')
    return undefined
  }
  expectTypeOf(read).toBeFunction()
})

test('a result is either an event or a code', () => {
  const read = (result: VerifyResult) => {
    if (result.ok) expectTypeOf(result.event).toEqualTypeOf<VerifiedEvent>()
    else {
      expectTypeOf(result.event).toEqualTypeOf<undefined>()
      expectTypeOf(result.code).toExtend<string>()
    }
  }
  expectTypeOf(read).toBeFunction()
})

test('a catalog of one’s own adds events and replaces them', () => {
  const own = createReceiver({
    secret: 'whsec_',
    events: { ...ainexlayerEvents, 'billing.paid': z.object({ cents: z.number() }) },
  })
  own.on('billing.paid', (event) => {
    expectTypeOf(event.data).toEqualTypeOf<{ cents: number }>()
  })
  own.on('billing.*', (event) => {
    expectTypeOf(event.type).toEqualTypeOf<'billing.paid'>()
  })
  own.on('chat.message', (event) => {
    expectTypeOf(event.data.conversationId).toEqualTypeOf<string>()
  })
})

test('the secret may come straight from the environment, or from a function', () => {
  createReceiver({ secret: process.env['AINEXLAYER_WEBHOOK_SECRET'] })
  createReceiver({
    secret: async ({ header }) => [header('x-tenant') ?? '', { value: 'whsec_', id: 'new' }],
  })
})

test('the function that finds a secret says of what type the bindings of a Worker are', () => {
  interface Bindings {
    readonly WEBHOOK_SECRET: string
  }
  const own = createReceiver({
    secret: ({ env }: SecretRequest<Bindings>) => env.WEBHOOK_SECRET,
    events: { 'billing.paid': z.object({ cents: z.number() }) },
  })
  own.on('billing.paid', (event) => {
    expectTypeOf(event.data.cents).toEqualTypeOf<number>()
  })
  expectTypeOf(own.fetch).toBeCallableWith(new Request('http://localhost'), { WEBHOOK_SECRET: '' })
  createReceiver({
    secret: ({ env }) => {
      expectTypeOf(env).toBeUnknown()
      return undefined
    },
  })
})

test('a transactional store types the transaction of the context, any other has none', () => {
  interface Tx {
    query(text: string): Promise<unknown>
  }
  const store = {} as TransactionalStore<Tx>
  createReceiver({ secret: 'whsec_', store }).on('chat.message', (event, ctx) => {
    expectTypeOf(ctx.tx).toEqualTypeOf<Tx>()
    expectTypeOf(event.data.workspaceId).toEqualTypeOf<string>()
  })
  receiver.on('chat.message', (_, ctx) => {
    expectTypeOf(ctx.tx).toEqualTypeOf<undefined>()
  })
})
