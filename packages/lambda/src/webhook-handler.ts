import type { HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { LambdaAnswer, LambdaEvent } from './lambda-event.ts'
import { type LambdaRequestOptions, lambdaAnswer, lambdaRequest } from './lambda-request.ts'

/**
 * The whole receiver as one Lambda function: verifies, dedupes, runs the handlers and answers. The
 * event's shape decides the answer's, so that one function may serve API Gateway (REST and HTTP APIs),
 * a function URL and a load balancer.
 *
 * The receiver's `deadlineMs` must be below the function's timeout: Lambda ends a function that is
 * late without an answer. An event that is no HTTP request fails the invocation with a
 * `WebhookConfigurationError`, `input_invalid`.
 *
 * @example
 * export const handler = webhookHandler(receiver)
 */
export const webhookHandler =
  (
    receiver: HandlingReceiver,
    options: LambdaRequestOptions = {},
  ): ((event: LambdaEvent) => Promise<LambdaAnswer>) =>
  async (event) =>
    lambdaAnswer(event, await receiver.handle(lambdaRequest(event, options)))
