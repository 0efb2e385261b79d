import type { ServerResponse } from 'node:http'
import {
  type HandlingReceiver,
  type NodeListenerOptions,
  type NodeRequest,
  nodeListener,
} from '@ainexlayer/webhooks/node'

/** The part of an Express request that the adapter reads. */
export interface ExpressRequest extends NodeRequest {
  /** The caller's address, according to the app's `trust proxy` setting. */
  readonly ip?: string | undefined
}

/**
 * The whole receiver as one Express route: verifies, deduplicates, runs the handlers and answers. Works
 * in Express 4 and 5. It reads the body itself and needs no body parser.
 *
 * The IP allowlist checks `req.ip`, which is the socket's address unless the app sets `trust proxy`.
 *
 * @example
 * app.post('/webhooks/ainexlayer', webhookHandler(receiver))
 */
export const webhookHandler = (
  receiver: HandlingReceiver,
  options: NodeListenerOptions<ExpressRequest> = {},
): ((request: ExpressRequest, response: ServerResponse) => Promise<void>) =>
  nodeListener(receiver, { remoteAddress: (request: ExpressRequest) => request.ip, ...options })
