import { assertMounted, type HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { LambdaAnswer, LambdaEvent } from './lambda-event.ts'
import { type LambdaRequestOptions, lambdaAnswer, lambdaRequest } from './lambda-request.ts'

/**
 * The whole receiver as one Lambda function: verifies, deduplicates, runs the handlers and answers. The
 * shape of the event decides the shape of the answer, so one function can serve API Gateway (REST and
 * HTTP APIs), a function URL and a load balancer.
 *
 * The receiver's `deadlineMs` must be below the function's timeout: Lambda stops a late function without
 * an answer. An event that is not an HTTP request fails the invocation with a `WebhookConfigurationError`
 * whose code is `input_invalid`.
 *
 * @example
 * export const handler = webhookHandler(receiver)
 */
export const webhookHandler = (
  receiver: HandlingReceiver,
  options: LambdaRequestOptions = {},
): ((event: LambdaEvent) => Promise<LambdaAnswer>) => {
  assertMounted(receiver, 'handle', options)
  return async (event) => lambdaAnswer(event, await receiver.handle(lambdaRequest(event, options)))
}
