import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import { assertMounted, type HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { FastifyInstance } from 'fastify'
import { adoptAppLogger } from './app-logger.ts'
import { closeWithApp } from './close-with-app.ts'
import {
  assertOwnOptions,
  type FastifyRequestOptions,
  fastifyRequest,
  keepBodiesUnread,
} from './fastify-request.ts'
import { sendAnswer } from './send-answer.ts'

/** Options of {@link webhookHandler}. */
export interface WebhookHandlerOptions extends FastifyRequestOptions {
  /** From `createReceiver`. */
  readonly receiver: HandlingReceiver
  /** The path of the route, relative to the prefix of the scope and of `register`. */
  readonly url: string
  /**
   * How long deliveries under way have to end when the app is closed, in milliseconds; default 8000. `false` leaves the
   * receiver open, for one that several apps share.
   */
  readonly closeTimeoutMs?: number | false
}

/**
 * The whole receiver as one Fastify route: verifies, deduplicates, runs the handlers and answers. The
 * raw body is read, up to the receiver's `maxBodyBytes`; the app's other routes keep their parsers. `app.close()`
 * closes the receiver first, as `receiver.close()` does: what is under way ends, and what comes gets 503.
 *
 * @example
 * await app.register(webhookHandler, { receiver, url: '/webhooks/ainexlayer' })
 */
export const webhookHandler = async (
  scope: FastifyInstance,
  { receiver, url, closeTimeoutMs, ...options }: WebhookHandlerOptions,
): Promise<void> => {
  assertMounted(receiver, 'handle', {})
  if (typeof url !== 'string') {
    throw new WebhookConfigurationError(
      'option_invalid',
      '`url` is missing.',
      "Pass the path of the route: `{ receiver, url: '/webhooks' }`.",
    )
  }
  assertOwnOptions(options)
  closeWithApp(scope, receiver, closeTimeoutMs)
  adoptAppLogger(receiver, scope)
  keepBodiesUnread(scope)
  // `rawBody: false` keeps fastify-raw-body, if the app uses it for all routes, from reading the stream.
  scope.post(url, { config: { rawBody: false } }, async (request, reply) => {
    sendAnswer(request, reply, await receiver.handle(fastifyRequest(request, options)))
  })
}
