import { STATUS_CODES } from 'node:http'
import { type Answer, WebhookConfigurationError } from '@ainexlayer/webhooks'

/**
 * The part of an HTTP event that the adapter reads. The events of `@types/aws-lambda` fit:
 * `APIGatewayProxyEvent`, `APIGatewayProxyEventV2`, `LambdaFunctionURLEvent` and `ALBEvent`.
 */
export interface LambdaEvent {
  readonly httpMethod?: string | undefined
  readonly headers?: { readonly [name: string]: string | undefined } | null | undefined
  readonly multiValueHeaders?:
    | { readonly [name: string]: readonly string[] | undefined }
    | null
    | undefined
  readonly body?: string | null | undefined
  readonly isBase64Encoded?: boolean | undefined
  readonly requestContext: {
    readonly http?: { readonly method: string; readonly sourceIp: string } | undefined
    readonly elb?: object | undefined
    readonly identity?: { readonly sourceIp: string } | undefined
  }
}

/** What a function returns to API Gateway, a function URL or a load balancer. */
export interface LambdaAnswer {
  readonly statusCode: number
  /** Only for a load balancer. */
  readonly statusDescription?: string
  /** Absent only for a load balancer that uses multi-value headers. */
  readonly headers?: Record<string, string>
  readonly multiValueHeaders?: Record<string, string[]>
  readonly body: string
  readonly isBase64Encoded: false
}

/** Where the shapes of events differ. */
interface EventShape {
  readonly method: string
  /** The caller's address as AWS saw it. A load balancer reports it in a header only. */
  readonly sourceIp: string | undefined
  readonly answer: (answer: Answer) => LambdaAnswer
}

const plainAnswer = ({ status, headers, body }: Answer): LambdaAnswer => ({
  statusCode: status,
  headers: { ...headers },
  body,
  isBase64Encoded: false,
})

const balancerAnswer = (answer: Answer): LambdaAnswer => ({
  ...plainAnswer(answer),
  statusDescription: `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
})

const multiValueAnswer = (answer: Answer): LambdaAnswer => {
  const { headers, ...rest } = balancerAnswer(answer)
  const pairs = Object.entries(headers ?? {}).map(([name, value]) => [name, [value]])
  return { ...rest, multiValueHeaders: Object.fromEntries(pairs) }
}

const shapes: readonly ((event: LambdaEvent) => EventShape | false | undefined)[] = [
  // HTTP APIs with payload format 2.0, and function URLs
  ({ requestContext: { http } }) =>
    http && { method: http.method, sourceIp: http.sourceIp, answer: plainAnswer },
  // Application Load Balancers
  ({ requestContext: { elb }, httpMethod, multiValueHeaders }) =>
    elb !== undefined &&
    httpMethod !== undefined && {
      method: httpMethod,
      sourceIp: undefined,
      answer: multiValueHeaders ? multiValueAnswer : balancerAnswer,
    },
  // REST APIs, and HTTP APIs with payload format 1.0
  ({ requestContext: { identity }, httpMethod }) =>
    identity !== undefined &&
    httpMethod !== undefined && {
      method: httpMethod,
      sourceIp: identity.sourceIp,
      answer: plainAnswer,
    },
]

/**
 * Finds the shape of an event.
 *
 * @throws WebhookConfigurationError `input_invalid` if the event is not an HTTP request
 */
export const shapeOf = (event: LambdaEvent): EventShape => {
  if (event?.requestContext) {
    for (const fit of shapes) {
      const shape = fit(event)
      if (shape) return shape
    }
  }
  // Keys only: the values of an event may hold what must not be logged.
  const keys = typeof event === 'object' ? Object.keys(event ?? {}) : []
  throw new WebhookConfigurationError(
    'input_invalid',
    `The Lambda event is not an HTTP request: its keys are ${keys.join(', ') || 'none'}.`,
    'Invoke the function through API Gateway (payload format 1.0 or 2.0), a function URL or an Application Load Balancer.',
  )
}
