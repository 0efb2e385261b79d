import { importHmacKey } from '#crypto'
import { encodeUtf8 } from '../../encoding/utf8.ts'
import { openBudget } from '../budget.ts'
import type { CapturedRequest, SignatureSite } from './captured-request.ts'
import type { SecretReading } from './secret-readings.ts'
import { type SignedForm, type Surroundings, signedForms } from './signed-forms.ts'

/** How many HMACs a search takes at most. */
const mostHmacs = 5000
/** The largest body that is looked into, in bytes. */
export const largestBody = 1024 * 1024

/** A signature that was found to be genuine. */
export interface Match {
  readonly site: SignatureSite
  readonly form: SignedForm
  readonly reading: SecretReading
}

/** The text of the pieces, as it is signed. */
export const textOf = (pieces: SignedForm['pieces']): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')

/** Two runs of bytes in one. */
export const concat = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}

const base64 = { mark: '', encoding: 'base64' } as const

/** Tries one group of texts after the other, each with every reading of the secret; ends with the first group that matches. */
export const searchMatches = async (
  request: CapturedRequest,
  around: Surroundings,
  body: Uint8Array,
  readings: readonly SecretReading[],
): Promise<{ readonly matches: readonly Match[]; readonly hmacs: number }> => {
  const { sites } = request
  const budget = openBudget({
    bytes: mostHmacs * (largestBody + 4096),
    workMs: 20_000,
    totalMs: 120_000,
  })
  const keys = readings.map((reading) => ({ reading, key: importHmacKey(reading.key) }))
  const digests = sites.map(({ digest }) => digest.base64)
  let hmacs = 0
  for (const group of signedForms(request, around)) {
    const matches: Match[] = []
    const seen = new Set<string>()
    for (const form of group()) {
      const [prefix, suffix] = [textOf(form.pieces), textOf(form.behind)]
      const identity = `${prefix}\0${suffix}`
      if (seen.has(identity) || !/^[\t\n\r\x20-\x7e]*$/.test(prefix)) continue
      seen.add(identity)
      const signed = suffix === '' ? body : concat(body, encodeUtf8(suffix))
      for (const { reading, key } of keys) {
        await budget.breathe()
        if (hmacs >= mostHmacs || !budget.pay(body.length)) return { matches, hmacs }
        hmacs++
        if (!(await key.matches(prefix, signed, digests, base64))) continue
        for (const site of sites) {
          const own = [site.digest.base64]
          if (await key.matches(prefix, signed, own, base64)) matches.push({ site, form, reading })
        }
      }
    }
    if (matches.length > 0) return { matches, hmacs }
  }
  return { matches: [], hmacs }
}
