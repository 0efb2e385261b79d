import type { HeaderReader, HeadersInput } from '../signature/headers.ts'
import type { Profile, SignedParts } from '../signature/profiles/profile.ts'
import { isSignedId } from '../signature/profiles/signed-fields.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import { headerNames } from './header-names.ts'
import { writtenDigests } from './written-digest.ts'

/** The parts of a request as the profile reads them once one thing in the headers is as it asks. */
export interface HeaderGuess {
  readonly code: DiagnosisCode
  /** The header of the request in which it differs. */
  readonly header: string
  readonly parts: SignedParts
}

type Extracted = ReturnType<Profile['extract']>

/** No more combinations of headers than these are tried. */
const mostGuesses = 100

const lastWord = (name: string): string => name.slice(name.lastIndexOf('-') + 1)

/** Whether a value can be what a header of this name holds. */
const fits = (name: string, value: string): boolean => {
  if (name.includes('signature')) return writtenDigests(value).length > 0
  if (name.includes('timestamp')) return /^\d{9,13}$/.test(value)
  return name.endsWith('-id') ? isSignedId(value) : writtenDigests(value).length > 0
}

const renamed = (header: HeaderReader, names: ReadonlyMap<string, string>): HeaderReader => {
  return (name) => header(names.get(name) ?? name)
}

const codeOf = (names: ReadonlyMap<string, string>): DiagnosisCode => {
  const swapped = (from: string, to: string): boolean =>
    [...names].every(
      ([asked, found]) => asked.startsWith(from) && found === asked.replace(from, to),
    )
  if (swapped('webhook-', 'svix-')) return 'svix_headers'
  return swapped('svix-', 'webhook-') ? 'webhook_headers' : 'header_renamed'
}

/** The request as the profile reads it when other headers stand for those that are missing. */
export function* renamedHeaders(
  profile: Profile,
  headers: HeadersInput,
  header: HeaderReader,
): Generator<HeaderGuess> {
  const present = headerNames(headers)
  let left = mostGuesses
  function* search(names: ReadonlyMap<string, string>): Generator<HeaderGuess> {
    const extracted: Extracted = profile.extract(renamed(header, names))
    if (extracted.ok) {
      const [found = ''] = names.values()
      if (names.size > 0) yield { code: codeOf(names), header: found, parts: extracted }
      return
    }
    const missing = extracted.header
    if (extracted.code !== 'missing_header' || missing === undefined || names.has(missing)) return
    const used = new Set(names.values())
    const likely = present
      .filter((name) => !used.has(name) && fits(missing, header(name) ?? ''))
      .sort((a, b) => rank(a, missing, used) - rank(b, missing, used))
    for (const name of likely) {
      if (left-- <= 0) return
      yield* search(new Map(names).set(missing, name))
    }
  }
  yield* search(new Map())
}

/** The likeliest come first: the same last word, and the same beginning as the headers that were found before. */
const rank = (name: string, missing: string, used: ReadonlySet<string>): number => {
  const stem = (text: string) => text.slice(0, text.lastIndexOf('-') + 1)
  const kin = used.size === 0 || [...used].some((other) => stem(other) === stem(name))
  return (lastWord(name) === lastWord(missing) ? 0 : 2) + (kin ? 0 : 1)
}

const written =
  /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})|(?<!\d)\d{9,13}\.\d{1,9}(?!\d)/

/** The request as the profile reads it when its time is written in seconds, and signed as the sender wrote it. */
export function* writtenTimes(profile: Profile, header: HeaderReader): Generator<HeaderGuess> {
  const asked = new Map<string, string>()
  profile.extract((name) => {
    const value = header(name)
    if (value !== undefined) asked.set(name, value)
    return value
  })
  for (const [name, value] of asked) {
    const time = written.exec(value.slice(0, 1024))?.[0]
    if (time === undefined) continue
    const iso = time.includes('T')
    const seconds = String(Math.floor(iso ? Date.parse(time) / 1000 : Number(time)))
    const parts = profile.extract((asking) =>
      asking === name ? value.replace(time, seconds) : header(asking),
    )
    if (!parts.ok) continue
    const prefix = parts.prefix.replace(seconds, () => time)
    const code = iso ? 'timestamp_in_iso8601' : 'timestamp_has_fraction'
    yield { code, header: name, parts: { ...parts, prefix } }
  }
}
