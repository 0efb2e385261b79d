import type { Answer, IncomingRequest } from '@ainexlayer/webhooks'
import { deadlineOf, type LambdaContext } from './lambda-context.ts'
import { type LambdaAnswer, type LambdaEvent, shapeOf } from './lambda-event.ts'

/** Options of `webhookHandler` and of {@link lambdaRequest}. */
export interface LambdaRequestOptions {
  /**
   * Returns the caller's address. Default: the one that API Gateway or the function URL saw, and none
   * behind a load balancer, which reports it in a header only: see {@link balancerAddress}.
   */
  readonly remoteAddress?: (event: LambdaEvent) => string | undefined
}

/**
 * The caller's address as an Application Load Balancer reports it: the last entry of `X-Forwarded-For`, with single
 * and with multi-value headers. Only where nothing but your load balancer can invoke the function, and where it
 * appends to that header, as it does unless you say otherwise.
 *
 * @example
 * export const handler = webhookHandler(receiver, { remoteAddress: balancerAddress })
 */
export const balancerAddress = ({ headers, multiValueHeaders }: LambdaEvent): string | undefined =>
  (multiValueHeaders?.['x-forwarded-for']?.at(-1) ?? headers?.['x-forwarded-for'])
    ?.split(',')
    .at(-1)

const bodyOf = ({ body, isBase64Encoded }: LambdaEvent): IncomingRequest['body'] =>
  body && isBase64Encoded ? Buffer.from(body, 'base64') : (body ?? null)

/** A class, because a getter on an object literal costs more than all the rest of the object. */
class RequestOfLambda implements IncomingRequest {
  readonly method: string
  readonly headers: IncomingRequest['headers']
  readonly body: IncomingRequest['body']
  readonly deadlineMs: number | undefined
  readonly #event: LambdaEvent
  readonly #sourceIp: string | undefined
  readonly #options: LambdaRequestOptions

  constructor(event: LambdaEvent, options: LambdaRequestOptions, context?: LambdaContext) {
    const { method, sourceIp } = shapeOf(event)
    this.method = method
    // If both are present, `multiValueHeaders` has every value and `headers` only the last of each name.
    this.headers = { ...event.headers, ...event.multiValueHeaders }
    this.body = bodyOf(event)
    this.deadlineMs = deadlineOf(context)
    this.#event = event
    this.#sourceIp = sourceIp
    this.#options = options
  }

  get remoteAddress(): string | undefined {
    const { remoteAddress } = this.#options
    return remoteAddress ? remoteAddress(this.#event) : this.#sourceIp
  }
}

/**
 * Turns a Lambda event into the request that `receiver.handle` and `receiver.verifyRequest` take, for
 * use in your own function. With the function's context its remaining time limits the receiver's `deadlineMs`.
 *
 * @throws WebhookConfigurationError `input_invalid` if the event is not an HTTP request
 *
 * @example
 * const result = await receiver.verifyRequest(lambdaRequest(event, {}, context))
 * if (!result.ok) return lambdaAnswer(event, result)
 */
export const lambdaRequest = (
  event: LambdaEvent,
  options: LambdaRequestOptions = {},
  context?: LambdaContext,
): IncomingRequest => new RequestOfLambda(event, options, context)

/**
 * Turns an answer of the receiver into the response that the source of `event` expects.
 *
 * @throws WebhookConfigurationError `input_invalid` if the event is not an HTTP request
 */
export const lambdaAnswer = (event: LambdaEvent, answer: Answer): LambdaAnswer =>
  shapeOf(event).answer(answer)
