import type { AinexlayerEvents, EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import { assertMounted, type HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { FastifyInstance } from 'fastify'
import { adoptAppLogger } from './app-logger.ts'
import {
  assertOwnOptions,
  type FastifyRequestOptions,
  fastifyRequest,
  keepBodiesUnread,
} from './fastify-request.ts'
import { sendAnswer } from './send-answer.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The verified event, set by `verifyWebhook`. */
    webhook?: VerifiedEvent
  }
}

/**
 * What `verifyWebhook` puts on a request. `request.webhook` is typed for the platform's events; for a catalog of your
 * own: `const { webhook } = request as VerifiedRequest<typeof events>`.
 */
export interface VerifiedRequest<Catalog extends EventCatalog = AinexlayerEvents> {
  /** The verified event. */
  readonly webhook: VerifiedEvent<Catalog>
}

/** Options of {@link verifyWebhook}. */
export interface VerifyWebhookOptions extends FastifyRequestOptions {
  /** From `createReceiver`, with any catalog. */
  readonly receiver: Pick<Receiver<EventCatalog>, 'verifyRequest'> &
    Pick<HandlingReceiver, 'adoptLogger'>
}

/**
 * Verifies only, for every route of the scope it is registered in: the verified, typed event is on
 * `request.webhook`, its bytes are `request.body`, and your own route answers. It does not deduplicate
 * and runs no handlers. Refused requests are answered here.
 *
 * Register it in a scope of its own: bodies are not parsed for any route of that scope.
 *
 * @example
 * await app.register(async (scope) => {
 *   await scope.register(verifyWebhook, { receiver })
 *   scope.post('/webhooks/ainexlayer', async (request, reply) => {
 *     request.log.info(request.webhook?.type)
 *     return reply.code(204).send()
 *   })
 * })
 */
export const verifyWebhook = Object.assign(
  async (scope: FastifyInstance, { receiver, ...options }: VerifyWebhookOptions): Promise<void> => {
    assertMounted(receiver, 'verifyRequest', {})
    assertOwnOptions(options)
    adoptAppLogger(receiver, scope)
    keepBodiesUnread(scope)
    if (!scope.hasRequestDecorator('webhook')) scope.decorateRequest('webhook')
    scope.addHook('preValidation', async (request, reply) => {
      const result = await receiver.verifyRequest(fastifyRequest(request, options))
      if (!result.ok) return sendAnswer(request, reply, result)
      const { event, rawBody } = result
      Object.assign(request, { webhook: event, body: rawBody })
    })
  },
  // The hook must apply to the scope itself, not to a child of it.
  { [Symbol.for('skip-override')]: true },
)
