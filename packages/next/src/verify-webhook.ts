import type { EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import { drainBody, webRequest } from '@ainexlayer/webhooks/web'

/** What a verified route gets beside its request. */
export interface VerifiedContext<Catalog extends EventCatalog> {
  /** The genuine event. */
  readonly webhook: VerifiedEvent<Catalog>
  /** The bytes of the body, which the request no longer has. */
  readonly rawBody: Uint8Array
}

/**
 * Verifies only, around a route handler of your own, which gets the genuine, typed event and answers.
 * It does not dedupe and runs no handlers. A refused request is answered here.
 *
 * @example
 * export const POST = verifyWebhook(receiver, async (request, { webhook }) => {
 *   return Response.json({ type: webhook.type })
 * })
 */
export const verifyWebhook =
  <Catalog extends EventCatalog>(
    receiver: Pick<Receiver<Catalog>, 'verifyRequest'>,
    route: (request: Request, verified: VerifiedContext<Catalog>) => Response | Promise<Response>,
  ): ((request: Request) => Promise<Response>) =>
  async (request) => {
    const result = await receiver.verifyRequest(webRequest(request))
    if (result.ok) return route(request, { webhook: result.event, rawBody: result.rawBody })
    const { status, headers, body } = result
    await drainBody(request)
    return new Response(body, { status, headers })
  }
