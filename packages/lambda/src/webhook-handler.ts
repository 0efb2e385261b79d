import { assertMounted, type HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { LambdaContext } from './lambda-context.ts'
import type { LambdaAnswer, LambdaEvent } from './lambda-event.ts'
import { type LambdaRequestOptions, lambdaAnswer, lambdaRequest } from './lambda-request.ts'

/**
 * The whole receiver as one Lambda function: verifies, deduplicates, runs the handlers and answers. The
 * shape of the event decides the shape of the answer, so one function can serve API Gateway (REST and
 * HTTP APIs), a function URL and a load balancer.
 *
 * The deadline is the receiver's `deadlineMs`, or half a second before the function's timeout where the context says
 * that this is sooner: Lambda stops a late function without an answer. An event that is not an HTTP request fails the invocation with a `WebhookConfigurationError`
 * whose code is `input_invalid`.
 *
 * @example
 * export const handler = webhookHandler(receiver)
 */
export const webhookHandler = (
  receiver: HandlingReceiver,
  options: LambdaRequestOptions = {},
): ((event: LambdaEvent, context?: LambdaContext) => Promise<LambdaAnswer>) => {
  assertMounted(receiver, 'handle', options)
  return async (event, context) =>
    lambdaAnswer(event, await receiver.handle(lambdaRequest(event, options, context)))
}
