import type { EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import type { MiddlewareHandler } from 'hono'
import { type HonoRequestOptions, honoRequest } from './hono-request.ts'

/** What `verifyWebhook` puts on the context. */
export interface WebhookVariables<Catalog extends EventCatalog> {
  Variables: {
    /** The genuine event. */
    webhook: VerifiedEvent<Catalog>
    /** The bytes of the body. */
    rawBody: Uint8Array
  }
}

/**
 * Verifies only: the genuine, typed event is in `c.var.webhook`, its bytes in `c.var.rawBody`, and your
 * own route answers; `c.req.json()` and its like still work there. It does not dedupe and runs no
 * handlers. A refused request is answered here.
 *
 * @example
 * app.post('/webhooks/ainexlayer', verifyWebhook(receiver), (c) => c.json({ type: c.var.webhook.type }))
 */
export const verifyWebhook =
  <Catalog extends EventCatalog>(
    receiver: Pick<Receiver<Catalog>, 'verifyRequest'>,
    options: HonoRequestOptions = {},
  ): MiddlewareHandler<WebhookVariables<Catalog>> =>
  async (c, next) => {
    const request = honoRequest(c, options)
    const result = await receiver.verifyRequest(request)
    if (!result.ok) {
      await request.drain()
      return new Response(result.body, { status: result.status, headers: result.headers })
    }
    const { event, rawBody } = result
    c.set('webhook', event)
    c.set('rawBody', rawBody)
    // Hono reads what follows from here: the stream is at its end.
    Object.assign(c.req.bodyCache, {
      arrayBuffer: Promise.resolve(new Uint8Array(rawBody).buffer),
    })
    await next()
    return undefined
  }
