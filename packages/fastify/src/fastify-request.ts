import { PassThrough, pipeline, Readable } from 'node:stream'
import type { IncomingRequest } from '@ainexlayer/webhooks'
import { nodeBody } from '@ainexlayer/webhooks/node'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Options shared by `webhookHandler` and `verifyWebhook`. */
export interface FastifyRequestOptions {
  /**
   * Returns the caller's address. Default: `request.ip`, which is the socket's address unless the app
   * sets `trustProxy`. Never return a bare `X-Forwarded-For`: any client can set it.
   */
  readonly remoteAddress?: (request: FastifyRequest) => string | undefined
}

/** Leaves every body of a scope unread, whatever its content type: `request.body` is the stream. */
export const keepBodiesUnread = (scope: FastifyInstance): void => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
}

const whenParsed = [
  'A hook or plugin of the app read the request before the webhook route: exempt this route from it,',
  'or let its `preParsing` hook return a stream of the same bytes.',
].join(' ')

const bodyOf = ({ raw, body }: FastifyRequest): IncomingRequest['body'] => {
  if (body instanceof Uint8Array) return body
  if (!(body instanceof Readable) || body === raw) return nodeBody(raw, whenParsed)
  // A `preParsing` hook replaced the stream, maybe with one of strings: a `PassThrough` yields bytes.
  return Readable.toWeb(pipeline(body, new PassThrough(), () => {}))
}

/** Turns a request whose body is unread into the pipeline's form. */
export const fastifyRequest = (
  request: FastifyRequest,
  { remoteAddress = ({ ip }) => ip }: FastifyRequestOptions,
): IncomingRequest => ({
  method: request.method,
  headers: request.headers,
  body: bodyOf(request),
  remoteAddress: remoteAddress(request),
})
