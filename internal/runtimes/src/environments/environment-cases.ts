import { createReceiver, memoryStore, sign, verify, verifySignature } from '@ainexlayer/webhooks'
import { diagnose } from '@ainexlayer/webhooks/diagnose'
import { fixture, signedRequest, storeCases, testSecret } from '@ainexlayer/webhooks/testing'
import { runtimeCases } from '../core/cases.ts'
import { equal } from '../core/expect.ts'
import type { RuntimeCase } from '../core/runtime-case.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** What a user's own test does, without anything that a test environment may hide, such as `fetch`. */
const usersOwn: readonly RuntimeCase[] = [
  {
    name: 'a signed request goes through handle: processed, then a duplicate',
    run: async () => {
      const seen: unknown[] = []
      const receiver = createReceiver({ secret: testSecret, logger: quiet }).on(
        'chat.message',
        async (event, ctx) => {
          await Promise.resolve()
          seen.push(event.data.content, ctx.run, ctx.signal.aborted)
        },
      )
      const event = fixture('chat.message', { content: 'héllo' })
      for (const outcome of ['processed', 'duplicate']) {
        const result = await receiver.handle(await signedRequest({ event }))
        equal([result.status, result.outcome], [200, outcome], JSON.stringify(result))
      }
      equal(seen, ['héllo', 1, false])
    },
  },
  {
    name: 'bytes are bytes, whichever realm made them',
    run: async () => {
      const text = JSON.stringify(fixture('chat.message'))
      const { headers } = await signedRequest({ body: text, id: 'msg_realm' })
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
      const bodies = {
        text,
        bytes,
        buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
        ...(typeof Buffer === 'undefined' ? {} : { node: Buffer.from(text) }),
      }
      for (const [name, body] of Object.entries(bodies)) {
        const result = await verifySignature({ headers, body, secret: testSecret })
        equal(result.ok || result.code, true, name)
        const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
        equal((await receiver.handle({ method: 'POST', headers, body })).outcome, 'processed', name)
      }
      const secret = new Uint8Array(32).fill(7)
      const signed = await sign({ id: 'msg_key', signedAt: new Date(), body: text, secret })
      equal((await verify({ headers: signed, body: text, secret })).type, 'chat.message')
    },
  },
  {
    name: 'headers in every shape',
    run: async () => {
      const body = JSON.stringify(fixture('chat.message'))
      const { headers } = await signedRequest({ body, id: 'msg_headers' })
      const shapes = {
        record: headers,
        pairs: Object.entries(headers),
        map: new Map(Object.entries(headers)),
        ...(typeof Headers === 'undefined' ? {} : { web: new Headers(headers) }),
      }
      for (const [name, shape] of Object.entries(shapes)) {
        const result = await verifySignature({ headers: shape, body, secret: testSecret })
        equal(result.ok || result.code, true, name)
      }
    },
  },
  {
    name: 'an altered body is refused, and diagnosed',
    run: async () => {
      const signed = await signedRequest({ event: fixture('user.login') })
      const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
      const altered = { ...signed, body: `${signed.body}\n` }
      equal((await receiver.handle(altered)).outcome, 'rejected')
      const { headers, body } = altered
      equal((await diagnose({ headers, body, secret: testSecret })).code, 'body_newline_added')
    },
  },
  {
    name: 'a handler that fails is answered as such, and runs again',
    run: async () => {
      let runs = 0
      const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', async () => {
        runs++
        if (runs === 1) throw new Error('the mail server is down')
      })
      const request = await signedRequest({ event: fixture('user.created') })
      equal((await receiver.handle(request)).status, 500)
      equal((await receiver.handle(request)).outcome, 'processed')
    },
  },
]

const storeTests = (): readonly RuntimeCase[] =>
  storeCases(() => {
    let time = 0
    const advance = (ms: number): void => {
      time += ms
    }
    return { store: memoryStore({ now: () => time }), advance }
  })

/** What a user's own tests do, without `fetch`. */
export const plainCases = (): readonly RuntimeCase[] => [...usersOwn, ...storeTests()]

/** Everything. The runtime's cases make a Request and a Response of each delivery: without these they are left out. */
export const environmentCases = (): readonly RuntimeCase[] =>
  typeof Request === 'undefined' || typeof Response === 'undefined' || typeof Blob === 'undefined'
    ? plainCases()
    : [...plainCases(), ...runtimeCases]
