import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import type { AinexlayerEvents, EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import {
  assertMounted,
  type NodeListenerOptions,
  nodeRequest,
  sendNodeAnswer,
} from '@ainexlayer/webhooks/node'
import type { ExpressRequest } from './webhook-handler.ts'

declare global {
  namespace Express {
    interface Request {
      /** The verified event, set by `verifyWebhook`. */
      webhook?: VerifiedEvent
    }
  }
}

/**
 * What `verifyWebhook` puts on a request. `req.webhook` is typed for every Express app. `rawBody` is not, because
 * other packages and apps type it in their own way: `const { rawBody } = req as typeof req & VerifiedRequest`.
 */
export interface VerifiedRequest<Catalog extends EventCatalog = AinexlayerEvents> {
  /** The verified event. */
  readonly webhook: VerifiedEvent<Catalog>
  /** The raw bytes of the body. */
  readonly rawBody: Uint8Array
}

/**
 * Verifies only: the verified, typed event is on `req.webhook`, its bytes are on `req.rawBody`, and your
 * own route answers. It does not deduplicate and runs no handlers. Refused requests are answered here;
 * other failures go to `next`.
 *
 * @example
 * app.post('/webhooks/ainexlayer', verifyWebhook(receiver), (req, res) => {
 *   console.log(req.webhook?.type)
 *   res.sendStatus(204)
 * })
 */
export const verifyWebhook = <Catalog extends EventCatalog>(
  receiver: Receiver<Catalog>,
  options: NodeListenerOptions<ExpressRequest> = {},
): ((
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>) => {
  assertMounted(receiver, 'verifyRequest', options)
  return async (request, response, next) => {
    try {
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
    } catch (error) {
      return next(error)
    }
    next()
  }
}
