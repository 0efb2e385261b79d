import { timedOut, within } from '../async/timer.ts'
import { type BodyInput, toBytes } from '../encoding/bytes.ts'
import type { BodyRead, BodyReader, ReadLimits } from './request.ts'

/** Stands in a text for bytes that were no UTF-8, or for a character that was cut in two. */
const replacement = '\uFFFD'

const lossyNote =
  'The body was decoded as text before the receiver got it, and bytes were lost: keep the bytes themselves.'

/** What the log says of text in which bytes may be lost. */
export const lossyDoubt = (text: string): { readonly doubt?: string } =>
  text.includes(replacement) ? { doubt: lossyNote } : {}

/** A body that something else has read and kept, as bytes or as their text. */
export const keptBytes = (kept: BodyInput, { maxBytes }: ReadLimits): BodyRead => {
  // A text has as many bytes as characters at least: one that is too long is not encoded first.
  const tooLong = typeof kept === 'string' && kept.length > maxBytes
  const bytes = tooLong ? undefined : toBytes(kept)
  if (bytes === undefined || bytes.length > maxBytes) return { ok: false, code: 'body_too_large' }
  return { ok: true, bytes, ...(typeof kept === 'string' ? lossyDoubt(kept) : {}) }
}

/**
 * The reader of a body that something else reads and keeps, such as a framework that has it in a cache: within the
 * receiver's limits, whoever has read it.
 */
export const keptBody =
  (kept: BodyInput | Promise<BodyInput>): BodyReader =>
  async (limits) => {
    try {
      const found = await within(limits.timeoutMs, Promise.resolve(kept))
      return found === timedOut
        ? { ok: false, code: 'body_read_timeout' }
        : keptBytes(found, limits)
    } catch {
      return { ok: false, code: 'body_incomplete' }
    }
  }
