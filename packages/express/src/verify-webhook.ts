import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import type { AinexlayerEvents, EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import { type NodeListenerOptions, nodeRequest, sendNodeAnswer } from '@ainexlayer/webhooks/node'
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
 * What `verifyWebhook` puts on a request. `req.webhook` is typed for every Express app; `rawBody` is not, because
 * other packages and apps type it in their own ways: `const { rawBody } = req as typeof req & VerifiedRequest`.
 */
export interface VerifiedRequest<Catalog extends EventCatalog = AinexlayerEvents> {
  /** The genuine event. */
  readonly webhook: VerifiedEvent<Catalog>
  /** The bytes of the body. */
  readonly rawBody: Uint8Array
}

/**
 * Verifies only: the genuine, typed event is on `req.webhook`, its bytes on `req.rawBody`, and your own
 * route answers. It does not dedupe and runs no handlers. A refused request is answered here; what fails
 * otherwise goes to `next`.
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
  ): ((
    request: ExpressRequest,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => Promise<void>) =>
  async (request, response, next) => {
    try {
      const result = await receiver.verifyRequest(
        nodeRequest(request, { remoteAddress: ({ ip }) => ip, ...options }),
      )
      if (!result.ok) return sendNodeAnswer(request, response, result)
      const { event, rawBody } = result
      // A body parser that is mounted after this one sees by `_body`, or by the stream's end, that nothing is left to read.
      Object.assign(request, { webhook: event, rawBody, _body: true })
      if (!request.readableEnded && request.readableFlowing === true) {
        await finished(request, { writable: false }).catch(() => {})
      }
    } catch (error) {
      return next(error)
    }
    next()
  }
