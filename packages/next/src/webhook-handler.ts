import type { Receiver } from '@ainexlayer/webhooks'
import { assertMethods } from '@ainexlayer/webhooks/web'

/**
 * The whole receiver as one route handler of the App Router, on the Node and the edge runtime:
 * verifies, deduplicates, runs the handlers and answers.
 *
 * Next evaluates route modules during `next build`. If the secret is not in the environment then, pass
 * it as a function: `secret: () => process.env.AINEXLAYER_WEBHOOK_SECRET`.
 *
 * @example
 * // app/webhooks/ainexlayer/route.ts
 * export const POST = webhookHandler(receiver)
 */
export const webhookHandler = (
  receiver: Pick<Receiver, 'fetch'>,
): ((request: Request) => Promise<Response>) => {
  assertMethods('receiver', receiver, ['fetch'], 'Pass what `createReceiver` made.')
  return (request) => receiver.fetch(request)
}
