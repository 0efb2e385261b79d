import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import type { EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import { type NodeListenerOptions, nodeRequest, sendNodeAnswer } from '@ainexlayer/webhooks/node'
import type { ExpressRequest } from './webhook-handler.ts'

declare global {
  namespace Express {
    interface Request {
      /** The verified event, set by `verifyWebhook`. */
      webhook?: VerifiedEvent
      /** The raw bytes of the body, set by `verifyWebhook`. */
      rawBody?: Uint8Array
    }
  }
}

/**
 * Verifies only: the verified, typed event is on `req.webhook`, its bytes are on `req.rawBody`, and your
 * own route answers. It does not deduplicate and runs no handlers. Refused requests are answered here.
 *
 * @example
 * app.post('/webhooks/ainexlayer', verifyWebhook(receiver), (req, res) => {
 *   console.log(req.webhook?.type)
 *   res.sendStatus(204)
 * })
 */
export const verifyWebhook =
  <Catalog extends EventCatalog>(
    receiver: Receiver<Catalog>,
    options: NodeListenerOptions<ExpressRequest> = {},
  ): ((request: ExpressRequest, response: ServerResponse, next: () => void) => Promise<void>) =>
  async (request, response, next) => {
    const result = await receiver.verifyRequest(
      nodeRequest(request, { remoteAddress: ({ ip }) => ip, ...options }),
    )
    if (!result.ok) return sendNodeAnswer(request, response, result)
    const { event, rawBody } = result
    // `_body`, or the ended stream, tells a body parser mounted after this one that there is nothing to read.
    Object.assign(request, { webhook: event, rawBody, _body: true })
    if (!request.readableEnded && request.readableFlowing === true) {
      await finished(request, { writable: false }).catch(() => {})
    }
    next()
  }
