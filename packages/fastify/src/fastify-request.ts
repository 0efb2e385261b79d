import { Readable } from 'node:stream'
import type { IncomingRequest } from '@ainexlayer/webhooks'
import {
  assertOptions,
  type BodyReader,
  holdNodeBody,
  nodeBody,
  readNodeStream,
} from '@ainexlayer/webhooks/node'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Options shared by `webhookHandler` and `verifyWebhook`. */
export interface FastifyRequestOptions {
  /**
   * Returns the caller's address. Default: `request.ip`, which is the socket's address unless the app
   * sets `trustProxy`. Never return a bare `X-Forwarded-For`: any client can set it.
   */
  readonly remoteAddress?: (request: FastifyRequest) => string | undefined
}

/**
 * Refuses what is nearly an option. `register` has others of its own, such as `prefix`.
 *
 * @throws WebhookConfigurationError `option_invalid`
 */
export const assertOwnOptions = (options: FastifyRequestOptions): void =>
  assertOptions<FastifyRequestOptions & { receiver: 1; url: 1; closeTimeoutMs: 1 }>(
    'webhookHandler',
    options,
    { receiver: 1, url: 1, remoteAddress: 1, closeTimeoutMs: 1 },
    true,
  )

/** Leaves every body of a scope unread, whatever its content type: `request.body` is the stream. */
export const keepBodiesUnread = (scope: FastifyInstance): void => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', ({ raw }, payload, done) => {
    // What a hook of the app listens to must not flow off while a later hook takes its time.
    if (payload === raw) holdNodeBody(raw)
    done(null, payload)
  })
}

const readByHook = [
  'A hook or plugin of the app read the request before the webhook route: exempt this route from it,',
  'or let its `preParsing` hook return a stream of the same bytes.',
].join(' ')

/** Reads the stream that a `preParsing` hook has put in place of the request. */
const replacedBody = (stream: Readable): BodyReader => {
  // It is nobody's any more once it was refused, and may still fail.
  stream.on('error', () => {})
  return async (limits) => {
    const read = await readNodeStream(stream, limits)
    if (!read.ok) stream.destroy()
    return read
  }
}

const bodyOf = ({ raw, body }: FastifyRequest): IncomingRequest['body'] => {
  if (body instanceof Uint8Array) return body
  return body instanceof Readable && body !== raw
    ? replacedBody(body)
    : nodeBody(raw, { read: readByHook })
}

/** A class, because a getter on an object literal costs more than all the rest of the object. */
class RequestOfFastify implements IncomingRequest {
  readonly method: string
  readonly headers: FastifyRequest['headers']
  readonly body: IncomingRequest['body']
  readonly #request: FastifyRequest
  readonly #options: FastifyRequestOptions

  constructor(request: FastifyRequest, options: FastifyRequestOptions) {
    this.method = request.method
    this.headers = request.headers
    this.body = bodyOf(request)
    this.#request = request
    this.#options = options
  }

  get remoteAddress(): string | undefined {
    const { remoteAddress } = this.#options
    return remoteAddress ? remoteAddress(this.#request) : this.#request.ip
  }
}

/** Turns a request whose body is unread into the pipeline's form. */
export const fastifyRequest = (
  request: FastifyRequest,
  options: FastifyRequestOptions,
): IncomingRequest => new RequestOfFastify(request, options)
