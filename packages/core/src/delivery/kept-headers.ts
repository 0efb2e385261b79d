import { headerLines } from '../signature/header-lines.ts'
import type { HeadersInput } from '../signature/headers.ts'
import type { Profile } from '../signature/profiles/profile.ts'

/** What every receiver keeps: nothing in them proves who somebody is. */
const always = ['content-type', 'user-agent', 'traceparent', 'tracestate']

/**
 * The headers that may be stored, lower-case names. A job may be kept for weeks and shown on dashboards, and nobody
 * can list all the headers that credentials come in: what is not named stays out.
 */
export const keptHeaderNames = (
  { keptHeaders = [], envelope }: Pick<Profile, 'keptHeaders' | 'envelope'>,
  keepHeaders: readonly string[] = [],
): ReadonlySet<string> => {
  // A worker reads the event again, and so its type.
  const { typeHeader } = envelope
  const named = typeHeader === undefined ? keepHeaders : [...keepHeaders, typeHeader]
  return new Set([...always, ...keptHeaders, ...named].map((name) => name.toLowerCase()))
}

/** Those headers of a request: lower-case names, several lines joined with `", "`. */
export const keptHeaders = (
  input: HeadersInput,
  names: ReadonlySet<string>,
): Readonly<Record<string, string>> => {
  const kept = new Map<string, string>()
  for (const [rawName, text] of headerLines(input)) {
    const name = rawName.toLowerCase()
    if (!names.has(name)) continue
    const seen = kept.get(name)
    kept.set(name, seen === undefined ? text : `${seen}, ${text}`)
  }
  // fromEntries defines each name as a property of its own, `__proto__` too.
  return Object.fromEntries(kept)
}
