import { headerLines } from '../signature/header-lines.ts'
import type { HeadersInput } from '../signature/headers.ts'

/** No more headers than these are looked at. */
const mostHeaders = 64

/** The names of the first headers of a request, in lower case, each once. */
export const headerNames = (headers: HeadersInput): readonly string[] => {
  const names = new Set<string>()
  for (const [name] of headerLines(headers)) {
    if (names.size === mostHeaders) break
    if (typeof name === 'string') names.add(name.toLowerCase())
  }
  return [...names]
}
