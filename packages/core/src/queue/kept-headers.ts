import type { Profile } from '../profiles/profile.ts'
import type { HeadersInput } from '../signature/headers.ts'

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
  const entries = Symbol.iterator in input ? input : Object.entries(input)
  for (const [rawName, value] of entries) {
    if (value === undefined) continue
    const name = rawName.toLowerCase()
    if (credentials.has(name) || name.includes('signature') || signatureHeaders.includes(name)) {
      continue
    }
    const text = typeof value === 'string' ? value : value.join(', ')
    const seen = kept.get(name)
    kept.set(name, seen === undefined ? text : `${seen}, ${text}`)
  }
  // fromEntries defines each name as a property of its own, `__proto__` too.
  return Object.fromEntries(kept)
}
