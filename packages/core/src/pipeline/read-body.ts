import type { BodyRead, IncomingRequest, ReadLimits } from '../delivery/request.ts'
import { toBytes } from '../encoding/bytes.ts'
import { readWebStream } from '../web/read-web-stream.ts'

const isStream = (body: unknown): body is ReadableStream<Uint8Array> =>
  typeof body === 'object' && body !== null && 'getReader' in body

/** Reads a stream that no adapter takes care of: what is refused is cancelled. */
const readStream = async (
  stream: ReadableStream<Uint8Array>,
  limits: ReadLimits,
): Promise<BodyRead> => {
  const read = await readWebStream(stream, limits)
  if (!read.ok) stream.cancel().catch(() => {})
  return read
}

const notBytes = (body: unknown): BodyRead => ({
  ok: false,
  code: 'body_already_parsed',
  note:
    body === undefined
      ? 'The body is undefined: hand over the bytes of the request.'
      : `The body is of type ${Array.isArray(body) ? 'array' : typeof body}, and bytes are needed.`,
})

/** Step 2: the bytes of the body, capped and with a deadline, whatever shape it comes in. */
export const readBody = (
  body: IncomingRequest['body'],
  limits: ReadLimits,
): BodyRead | Promise<BodyRead> => {
  if (typeof body === 'function') return body(limits)
  if (body === null) return { ok: true, bytes: new Uint8Array(0) }
  if (isStream(body)) return readStream(body, limits)
  const bytes = toBytes(body)
  if (bytes === undefined) return notBytes(body)
  return bytes.length > limits.maxBytes
    ? { ok: false, code: 'body_too_large' }
    : { ok: true, bytes }
}
