import type { EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import { assertMounted } from '@ainexlayer/webhooks/node'
import type { MiddlewareHandler } from 'hono'
import { HonoRequest, type HonoRequestOptions } from './hono-request.ts'

/** What `verifyWebhook` puts on the context. */
export interface WebhookVariables<Catalog extends EventCatalog> {
  Variables: {
    /** The verified event. */
    webhook: VerifiedEvent<Catalog>
    /** The raw bytes of the body. */
    rawBody: Uint8Array
  }
}

/**
 * Verifies only: the verified, typed event is in `c.var.webhook`, its bytes are in `c.var.rawBody`, and
 * your own route answers; `c.req.json()` and similar methods still work there. It does not deduplicate
 * and runs no handlers. Refused requests are answered here.
 *
 * @example
 * app.post('/webhooks/ainexlayer', verifyWebhook(receiver), (c) => c.json({ type: c.var.webhook.type }))
 */
export const verifyWebhook = <Catalog extends EventCatalog>(
  receiver: Pick<Receiver<Catalog>, 'verifyRequest'>,
  options: HonoRequestOptions = {},
): MiddlewareHandler<WebhookVariables<Catalog>> => {
  assertMounted(receiver, 'verifyRequest', options)
  return async (c, next) => {
    const request = new HonoRequest(c, options)
    const result = await receiver.verifyRequest(request)
    if (!result.ok) {
      await request.drain()
      return new Response(result.body, { status: result.status, headers: result.headers })
    }
    const { event, rawBody } = result
    c.set('webhook', event)
    c.set('rawBody', rawBody)
    // Later reads through Hono are served from this cache: the stream itself has ended.
    Object.assign(c.req.bodyCache, {
      arrayBuffer: Promise.resolve(new Uint8Array(rawBody).buffer),
    })
    await next()
    return undefined
  }
}
