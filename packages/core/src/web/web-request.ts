import type { BodyReader, IncomingRequest } from '../delivery/request.ts'
import { readWebStream } from './read-web-stream.ts'

const readAlready: BodyReader = async () => ({
  ok: false,
  code: 'body_already_parsed',
  note: 'The body of this Request was already read: hand over the Request before reading it, or a `request.clone()`.',
})

/**
 * Makes the reader of a web `Request`'s body, or `null` where it has none. What is refused can be taken in afterwards
 * with `drainBody`.
 */
export const webBody = (request: Request): BodyReader | null => {
  if (request.bodyUsed) return readAlready
  // Asked for now: a runtime may begin with it, and then nothing that listens beside it gets ahead.
  const { body } = request
  return body && ((limits) => readWebStream(body, limits))
}

/**
 * A web `Request` in the pipeline's form: its body is not read before the pipeline asks for it, and
 * one that was read already is reported at once.
 */
export const webRequest = (request: Request): IncomingRequest => ({
  method: request.method,
  headers: request.headers,
  body: webBody(request),
})
