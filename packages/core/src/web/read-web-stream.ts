import { timedOut, within } from '../async/timer.ts'
import { BodyCollector, tooMany } from '../delivery/body-collector.ts'
import type { BodyRead, ReadLimits } from '../delivery/request.ts'
import { toBytes } from '../encoding/bytes.ts'

const collect = async (
  reader: ReadableStreamDefaultReader<unknown>,
  body: BodyCollector,
): Promise<BodyRead> => {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { ok: true, bytes: body.take() }
      const chunk = toBytes(value)
      if (chunk === undefined) {
        const note = `The body stream yields values of type ${typeof value}, and bytes are needed.`
        return { ok: false, code: 'body_already_parsed', note }
      }
      const refused = body.add(chunk)
      if (refused !== undefined) return refused
    }
  } catch {
    return { ok: false, code: 'body_incomplete' }
  }
}

const letGo = (reader: ReadableStreamDefaultReader<unknown>): void => {
  try {
    reader.releaseLock()
  } catch {
    // Some runtimes do not let go while a read is under way.
    void reader.cancel().catch(() => {})
  }
}

/**
 * Reads a web stream to its end, within the limits. One that is refused is let go of, so that what is left of it can
 * be taken in or cancelled.
 */
export const readWebStream = async (
  stream: ReadableStream<unknown>,
  limits: ReadLimits,
): Promise<BodyRead> => {
  if (stream.locked) {
    const note = 'The body stream is locked: read the request only once.'
    return { ok: false, code: 'body_already_parsed', note }
  }
  const body = new BodyCollector(limits)
  if (!body.begin()) return tooMany
  const reader = stream.getReader()
  const read = await within(limits.timeoutMs, collect(reader, body))
  body.end()
  const result: BodyRead = read === timedOut ? { ok: false, code: 'body_read_timeout' } : read
  if (!result.ok) letGo(reader)
  return result
}
