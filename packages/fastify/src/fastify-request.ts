import { PassThrough, pipeline, Readable } from 'node:stream'
import type { IncomingRequest } from '@ainexlayer/webhooks'
import { nodeBody } from '@ainexlayer/webhooks/node'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** What `webhookHandler` and `verifyWebhook` have in common. */
export interface FastifyRequestOptions {
  /**
   * The caller's address, default `request.ip`: the socket's, unless the app sets `trustProxy`. Never
   * return a bare `X-Forwarded-For`, which anybody can write.
   */
  readonly remoteAddress?: (request: FastifyRequest) => string | undefined
}

/** Leaves every body of a scope unread, whatever its content type: `request.body` is its stream. */
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
  // A `preParsing` hook made a stream of its own, which may be of text: a `PassThrough` gives bytes.
  return Readable.toWeb(pipeline(body, new PassThrough(), () => {}))
}

/** A request of a scope with unread bodies in the pipeline's form. */
export const fastifyRequest = (
  request: FastifyRequest,
  { remoteAddress = ({ ip }) => ip }: FastifyRequestOptions,
): IncomingRequest => ({
  method: request.method,
  headers: request.headers,
  body: bodyOf(request),
  remoteAddress: remoteAddress(request),
})
