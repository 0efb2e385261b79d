import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'

/** An HTTP request as the gateway in front of a function has read it. */
export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  /** Name and value of each line, as they were sent. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
  readonly sourceIp: string
}

type Casing = (name: string) => string

const lower: Casing = (name) => name.toLowerCase()

/** Header names as HTTP/1.1 clients often write them, and as REST APIs pass them on. */
const capitalized: Casing = (name) =>
  name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

const multiValue = ({ headers }: ReceivedRequest, casing: Casing): Record<string, string[]> => {
  const values: Record<string, string[]> = {}
  for (const [name, value] of headers) {
    const key = casing(name)
    values[key] = [...(values[key] ?? []), value]
  }
  return values
}

const singleValue = (
  request: ReceivedRequest,
  casing: Casing,
  one: (values: string[]) => string | undefined,
): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(multiValue(request, casing)).map(([name, values]) => [name, one(values)]),
  )

const last = (values: string[]): string | undefined => values.at(-1)
const joined = (values: string[]): string => values.join(',')

/** Whether API Gateway's HTTP APIs, function URLs and load balancers pass a body on as text. */
const isText = ({ headers }: ReceivedRequest): boolean => {
  const header = (wanted: string) => headers.find(([name]) => lower(name) === wanted)?.[1]
  const type = header('content-type') ?? ''
  return (
    header('content-encoding') === undefined &&
    /^(text\/|application\/(json|javascript|xml))/i.test(type)
  )
}

const encoded = ({ body }: ReceivedRequest, asText: boolean) =>
  asText
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true }

/** What a REST API sends: with every media type binary, every body is base64; with none, text. */
export const restEvent = (request: ReceivedRequest, binary: boolean): APIGatewayProxyEvent => ({
  resource: '/{proxy+}',
  path: request.path,
  httpMethod: request.method,
  headers: singleValue(request, capitalized, last),
  multiValueHeaders: multiValue(request, capitalized),
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: { proxy: request.path.slice(1) },
  stageVariables: null,
  requestContext: {
    resourceId: '2gxmpl',
    resourcePath: '/{proxy+}',
    httpMethod: request.method,
    extendedRequestId: 'JJbxmplHYosFVYQ=',
    requestTime: '15/Jan/2024:10:30:00 +0000',
    path: `/prod${request.path}`,
    accountId: '123456789012',
    protocol: 'HTTP/1.1',
    stage: 'prod',
    domainPrefix: '70ixmpl4fl',
    requestTimeEpoch: 1705314600000,
    requestId: 'e66fxmpl-c3b5-4e2e-8d6d-c2d0a1b2c3d4',
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      clientCert: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: 'AINexLayer-Webhooks/1.0',
      user: null,
    },
    authorizer: null,
    domainName: '70ixmpl4fl.execute-api.eu-central-1.amazonaws.com',
    apiId: '70ixmpl4fl',
  },
  ...(request.body.length === 0
    ? { body: null, isBase64Encoded: false }
    : encoded(request, !binary)),
})

/** What an HTTP API sends to an integration with payload format 1.0. */
export const httpApiV1Event = (
  request: ReceivedRequest,
): APIGatewayProxyEvent & { readonly version: '1.0' } => {
  const event = restEvent(request, !isText(request))
  return {
    version: '1.0',
    ...event,
    headers: singleValue(request, lower, last),
    multiValueHeaders: multiValue(request, lower),
  }
}

/** What an HTTP API sends with payload format 2.0. */
export const httpApiV2Event = (request: ReceivedRequest): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: request.path,
  rawQueryString: '',
  headers: singleValue(request, lower, joined),
  requestContext: {
    accountId: '123456789012',
    apiId: 'r3pmxmplak',
    domainName: 'r3pmxmplak.execute-api.eu-central-1.amazonaws.com',
    domainPrefix: 'r3pmxmplak',
    http: {
      method: request.method,
      path: request.path,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: 'AINexLayer-Webhooks/1.0',
    },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: '$default',
    stage: '$default',
    time: '15/Jan/2024:10:30:00 +0000',
    timeEpoch: 1705314600000,
  },
  ...(request.body.length === 0 ? { isBase64Encoded: false } : encoded(request, isText(request))),
})

/** What a function URL sends: payload format 2.0 with the id of the URL as that of the API. */
export const functionUrlEvent = (request: ReceivedRequest): APIGatewayProxyEventV2 => {
  const event = httpApiV2Event(request)
  const domainPrefix = 'abcdefghijklmnopqrstuvwxyz012345'
  return {
    ...event,
    requestContext: {
      ...event.requestContext,
      accountId: 'anonymous',
      apiId: domainPrefix,
      domainName: `${domainPrefix}.lambda-url.eu-central-1.on.aws`,
      domainPrefix,
    },
  }
}

/** What an Application Load Balancer sends, with its target group's multi-value headers on or off. */
export const albEvent = (request: ReceivedRequest, multiValueHeaders: boolean): ALBEvent => {
  const forwarded: ReceivedRequest = {
    ...request,
    headers: [
      ...request.headers.filter(([name]) => lower(name) !== 'x-forwarded-for'),
      [
        'x-forwarded-for',
        [
          ...request.headers.flatMap(([name, value]) =>
            lower(name) === 'x-forwarded-for' ? [value] : [],
          ),
          request.sourceIp,
        ].join(', '),
      ],
      ['x-forwarded-port', '443'],
      ['x-forwarded-proto', 'https'],
      ['x-amzn-trace-id', 'Root=1-5c536348-3d683b8b04734faae651f476'],
    ],
  }
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/webhooks/6d0ecf831eec9f09',
      },
    },
    httpMethod: request.method,
    path: request.path,
    ...(multiValueHeaders
      ? {
          multiValueQueryStringParameters: {},
          multiValueHeaders: multiValue(forwarded, lower),
        }
      : { queryStringParameters: {}, headers: singleValue(forwarded, lower, last) }),
    ...encoded(request, request.body.length === 0 || isText(request)),
  }
}
