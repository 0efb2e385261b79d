import type { IncomingRequest } from '../delivery/request.ts'

const bodyOf = (request: Request): IncomingRequest['body'] => {
  if (!request.bodyUsed) return request.body
  return async () => ({
    ok: false,
    code: 'body_already_parsed',
    note: 'The body of this Request was already read: hand over the Request before reading it, or a `request.clone()`.',
  })
}

/**
 * A web `Request` in the pipeline's form: its body is not read before the pipeline asks for it, and
 * one that was read already is reported at once.
 */
export const webRequest = (request: Request): IncomingRequest => ({
  method: request.method,
  headers: request.headers,
  body: bodyOf(request),
})
