import { type HeadersInput, headerLines } from '../signature/headers.ts'
import type { Profile } from '../signature/profiles/profile.ts'

/** A job may be kept for weeks and shown on dashboards: nothing that proves who somebody is goes into it. */
const credentials: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie'])

/**
 * The headers of a request that may be stored: lower-case names, several lines joined with `", "`, and
 * without signatures and credentials.
 */
export const keptHeaders = (
  input: HeadersInput,
  { signatureHeaders = [] }: Pick<Profile, 'signatureHeaders'>,
): Readonly<Record<string, string>> => {
  const kept = new Map<string, string>()
  for (const [rawName, text] of headerLines(input)) {
    const name = rawName.toLowerCase()
    if (credentials.has(name) || name.includes('signature') || signatureHeaders.includes(name)) {
      continue
    }
    const seen = kept.get(name)
    kept.set(name, seen === undefined ? text : `${seen}, ${text}`)
  }
  // fromEntries defines each name as a property of its own, `__proto__` too.
  return Object.fromEntries(kept)
}
