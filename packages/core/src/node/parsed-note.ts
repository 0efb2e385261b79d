import type { IncomingHttpHeaders } from 'node:http'

/**
 * What parsers and platforms leave on a request. A view of it, and no type that requests must have: packages and apps
 * declare these properties on Node's and Express's requests in their own ways.
 */
export interface TouchedRequest {
  readonly headers: IncomingHttpHeaders
  /** Bytes are used, anything else has lost them. */
  readonly body?: unknown
  /** The bytes that some platforms and parsers keep beside the parsed body, or their text. */
  readonly rawBody?: unknown
  /** Set by the body parsers of Express 4. */
  readonly _body?: unknown
}

const readProperty = (request: TouchedRequest, name: 'body' | 'rawBody' | '_body'): unknown => {
  try {
    return request[name]
  } catch {
    return undefined
  }
}

/** What was left on a request, and by whom it is handled. */
export interface Touches extends TouchedRequest {
  /** Whether Express, or Connect, handles the request: NestJS and others stand on them. */
  readonly isOfExpress: boolean
}

/** What was left on a request. Getters may stand there that parse when asked, and throw for what is no JSON. */
export const touchesOf = (request: TouchedRequest): Touches => ({
  headers: request.headers,
  body: readProperty(request, 'body'),
  rawBody: readProperty(request, 'rawBody'),
  _body: readProperty(request, '_body'),
  isOfExpress: 'res' in request || 'next' in request || 'originalUrl' in request,
})

/** What the log says of bytes that are gone, where the framework knows better than their traces tell. */
export interface NodeBodyWords {
  /** Where a parser has left its result in `body`. */
  readonly parsed?: string | undefined
  /** Where something has read the stream and left nothing. */
  readonly read?: string | undefined
}

const isEmptyObject = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).length === 0

/** What has read the body, as far as it has left traces: frameworks set an empty `req.body` though they parse nothing. */
const readerOf = ({ headers, body, _body }: TouchedRequest): string | undefined => {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return '`express.text()` or another parser of text'
  const type = headers['content-type'] ?? ''
  if (body instanceof URLSearchParams || type.includes('urlencoded')) {
    return '`express.urlencoded()` or another parser of forms'
  }
  if (_body !== true && isEmptyObject(body)) return undefined
  return type.includes('multipart')
    ? 'multer or another parser of multipart forms'
    : '`express.json()` or another parser of JSON, such as the one that NestJS brings,'
}

const typeOf = (body: unknown): string => (Array.isArray(body) ? 'array' : typeof body)

const readNote = [
  'The stream was read before, and `req.body` holds nothing: by a logger, a proxy, or the body parser of another framework, such as Koa’s.',
  'Mount the webhook route before it, or keep the bytes: `req.rawBody = Buffer.concat(chunks)`.',
].join(' ')

const parsedElsewhere = (body: unknown): string =>
  [
    `\`req.body\` is of type ${typeOf(body)} and the stream is at its end: a body parser ran first, such as Koa’s with \`patchNode\`.`,
    'Mount the webhook route before it (in Koa: `app.use(…)` above `app.use(bodyParser())`),',
    'or keep the bytes: `req.rawBody = Buffer.concat(chunks)`.',
  ].join(' ')

const parsedBy = (reader: string, body: unknown): string =>
  [
    `\`req.body\` is of type ${typeOf(body)} and the stream is at its end: ${reader} ran first.`,
    'Move `app.post(path, webhookHandler(receiver))` above `app.use(express.json())`,',
    'or keep the bytes: `express.json({ verify: (req, _res, bytes) => { Object.assign(req, { rawBody: bytes }) } })`,',
    'in NestJS `NestFactory.create(AppModule, { rawBody: true })`.',
  ].join(' ')

/** What the log says of a body that was read before, with the line to change. */
export const parsedNote = (request: Touches, { parsed, read }: NodeBodyWords): string => {
  const reader = readerOf(request)
  return reader === undefined
    ? (read ?? readNote)
    : (parsed ??
        (request.isOfExpress ? parsedBy(reader, request.body) : parsedElsewhere(request.body)))
}

/** What the log says of a body that something else has begun to read. */
export const partlyReadNote =
  'Something else began to read the stream before the receiver did, and has not finished: let it listen in the same turn in which it calls `next()`, or mount the webhook route before it.'
