import type { EventCatalog, Receiver, VerifiedEvent } from '@ainexlayer/webhooks'
import { assertMethods, drainBody, webRequest } from '@ainexlayer/webhooks/web'

/** What a verified route gets besides its request. */
export interface VerifiedContext<Catalog extends EventCatalog> {
  /** The verified event. */
  readonly webhook: VerifiedEvent<Catalog>
  /** The raw bytes of the body: the request's own body has been read. */
  readonly rawBody: Uint8Array
}

/**
 * Verifies only, around your own route handler, which gets the verified, typed event and answers.
 * It does not deduplicate and runs no handlers. Refused requests are answered here.
 *
 * @example
 * export const POST = verifyWebhook(receiver, async (request, { webhook }) => {
 *   return Response.json({ type: webhook.type })
 * })
 */
export const verifyWebhook = <Catalog extends EventCatalog>(
  receiver: Pick<Receiver<Catalog>, 'verifyRequest'>,
  route: (request: Request, verified: VerifiedContext<Catalog>) => Response | Promise<Response>,
): ((request: Request) => Promise<Response>) => {
  assertMethods('receiver', receiver, ['verifyRequest'], 'Pass what `createReceiver` made.')
  return async (request) => {
    const result = await receiver.verifyRequest(webRequest(request))
    if (result.ok) return route(request, { webhook: result.event, rawBody: result.rawBody })
    const { status, headers, body } = result
    await drainBody(request)
    return new Response(body, { status, headers })
  }
}
