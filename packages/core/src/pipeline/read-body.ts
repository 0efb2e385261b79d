import { timedOut, within } from '../async/timer.ts'
import type { BodyRead, IncomingRequest, ReadLimits } from '../delivery/request.ts'
import { toBytes } from '../encoding/bytes.ts'
import { joinChunks } from '../encoding/join-chunks.ts'

const incomplete: BodyRead = { ok: false, code: 'body_incomplete' }
const tooLarge: BodyRead = { ok: false, code: 'body_too_large' }

const readStream = async (
  stream: ReadableStream<Uint8Array>,
  limits: ReadLimits,
): Promise<BodyRead> => {
  if (stream.locked) {
    return {
      ok: false,
      code: 'body_already_parsed',
      note: 'The body stream is locked: read the request only once.',
    }
  }
  const reader = stream.getReader()
  const collect = async (): Promise<BodyRead> => {
    const chunks: Uint8Array[] = []
    let length = 0
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { ok: true, bytes: joinChunks(chunks, length) }
      length += value.length
      if (length > limits.maxBytes) return tooLarge
      chunks.push(value)
    }
  }
  const read = await within(
    limits.timeoutMs,
    collect().catch(() => incomplete),
  )
  const result: BodyRead = read === timedOut ? { ok: false, code: 'body_read_timeout' } : read
  if (!result.ok) void reader.cancel().catch(() => {})
  return result
}

const isStream = (body: unknown): body is ReadableStream<Uint8Array> =>
  typeof body === 'object' && body !== null && 'getReader' in body

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
  return bytes.length > limits.maxBytes ? tooLarge : { ok: true, bytes }
}
