import type { Answer, IncomingRequest } from '@ainexlayer/webhooks'
import { type LambdaAnswer, type LambdaEvent, shapeOf } from './lambda-event.ts'

/** Options of `webhookHandler` and of {@link lambdaRequest}. */
export interface LambdaRequestOptions {
  /**
   * The caller's address. Default: the one that API Gateway or the function URL saw, and none behind
   * a load balancer, which reports it in a header only. Where nothing but your load balancer can
   * invoke the function, it is the last entry of that header:
   *
   * @example
   * remoteAddress: ({ headers }) => headers?.['x-forwarded-for']?.split(',').at(-1)?.trim()
   */
  readonly remoteAddress?: (event: LambdaEvent) => string | undefined
}

const bodyOf = ({ body, isBase64Encoded }: LambdaEvent): IncomingRequest['body'] =>
  body && isBase64Encoded ? Buffer.from(body, 'base64') : (body ?? null)

/**
 * A Lambda event in the form that `receiver.handle` and `receiver.verifyRequest` take, for a function
 * of your own.
 *
 * @throws WebhookConfigurationError `input_invalid` for an event that is no HTTP request
 *
 * @example
 * const result = await receiver.verifyRequest(lambdaRequest(event))
 * if (!result.ok) return lambdaAnswer(event, result)
 */
export const lambdaRequest = (
  event: LambdaEvent,
  { remoteAddress }: LambdaRequestOptions = {},
): IncomingRequest => {
  const { method, sourceIp } = shapeOf(event)
  return {
    method,
    // Where both are there, the second has every value and the first only the last of each name.
    headers: { ...event.headers, ...event.multiValueHeaders },
    body: bodyOf(event),
    remoteAddress: remoteAddress ? remoteAddress(event) : sourceIp,
  }
}

/**
 * An answer of the receiver in the form that the sender of `event` wants.
 *
 * @throws WebhookConfigurationError `input_invalid` for an event that is no HTTP request
 */
export const lambdaAnswer = (event: LambdaEvent, answer: Answer): LambdaAnswer =>
  shapeOf(event).answer(answer)
