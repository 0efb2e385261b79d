import type { ServerResponse } from 'node:http'
import {
  type HandlingReceiver,
  type NodeListenerOptions,
  type NodeRequest,
  nodeListener,
} from '@ainexlayer/webhooks/node'

/** A request of Express, as far as the adapter looks at it. */
export interface ExpressRequest extends NodeRequest {
  /** The caller's address as the app's `trust proxy` setting gives it. */
  readonly ip?: string | undefined
}

/**
 * The whole receiver as one Express route: verifies, dedupes, runs the handlers and answers. Works in
 * Express 4 and 5, reads the body itself, and needs no body parser.
 *
 * An allowlist sees `req.ip`, which is the socket's address unless the app sets `trust proxy`.
 *
 * @example
 * app.post('/webhooks/ainexlayer', webhookHandler(receiver))
 */
export const webhookHandler = (
  receiver: HandlingReceiver,
  options: NodeListenerOptions<ExpressRequest> = {},
): ((request: ExpressRequest, response: ServerResponse) => Promise<void>) =>
  nodeListener(receiver, { remoteAddress: (request: ExpressRequest) => request.ip, ...options })
