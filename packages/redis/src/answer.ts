import { StoreUnavailableError } from '@ainexlayer/webhooks'
import type { ClaimOutcome } from '@ainexlayer/webhooks/store'

const notUnderstood = (): StoreUnavailableError =>
  new StoreUnavailableError(
    'Redis answered something that the store does not understand: a transform or a type mapping of your client may have changed it.',
  )

/** The one string that a script answers; clients may be told to give Buffers. */
const textOf = (reply: unknown): string => {
  if (typeof reply === 'string') return reply
  if (reply instanceof Uint8Array) return new TextDecoder().decode(reply)
  throw notUnderstood()
}

const partsOf = (reply: unknown): readonly string[] => {
  let parts: unknown
  try {
    parts = JSON.parse(textOf(reply))
  } catch {
    throw notUnderstood()
  }
  if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts
  throw notUnderstood()
}

const numberOf = (text: string | undefined): number => {
  const number = Number(text)
  if (text !== '' && Number.isFinite(number)) return number
  throw notUnderstood()
}

/** What the script of a claim answers. */
export const claimOutcome = (reply: unknown): ClaimOutcome => {
  const [kind, runText, fingerprint, rest] = partsOf(reply)
  const run = numberOf(runText)
  if (kind === 'claimed') return { kind, run }
  if (fingerprint === undefined || rest === undefined) throw notUnderstood()
  switch (kind) {
    case 'released':
      return { kind, run, fingerprint }
    case 'in_flight':
      return { kind, run, fingerprint, leaseLeftMs: numberOf(rest) }
    case 'done':
      return { kind, run, fingerprint, result: rest.startsWith('=') ? rest.slice(1) : null }
    default:
      throw notUnderstood()
  }
}

/** What the other scripts answer. */
export const isYes = (reply: unknown): boolean => {
  const text = textOf(reply)
  if (text === 'yes' || text === 'no') return text === 'yes'
  throw notUnderstood()
}
