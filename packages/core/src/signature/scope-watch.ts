import { encodeBase64 } from '../encoding/base64.ts'
import type { SecretSet, SecretSpec } from './secrets.ts'

/** What is said once of a `secret` function whose answers look like those for many tenants. */
export const scopeWarning =
  'the `secret` function answers with different secrets that have no `scope`: an event of one tenant counts as a repetition of another tenant’s with the same id, and is not run. Answer `{ value, scope: tenantId }` with each secret.'

type Entry = Exclude<SecretSet, readonly unknown[]>

const isSpec = (entry: Entry): entry is SecretSpec =>
  typeof entry === 'object' && entry !== null && !ArrayBuffer.isView(entry)

/** The secrets of a set that have no scope, as texts. */
const unscoped = (set: SecretSet): string[] => {
  const entries: readonly Entry[] = Array.isArray(set) ? set : [set]
  return entries.flatMap((entry) => {
    const { value, scope } = isSpec(entry) ? entry : { value: entry, scope: undefined }
    if (value === undefined || scope !== undefined) return []
    return [typeof value === 'string' ? value : encodeBase64(value)]
  })
}

/**
 * Tells apart the two reasons for which a `secret` function answers with another secret than before: in a rotation
 * one answer still has a secret of the other, between tenants none does.
 */
export class ScopeWatch {
  #last: SecretSet
  #known: ReadonlySet<string> = new Set()
  #done = false

  /** Whether the answers are those for many tenants, without a scope; true at most once. */
  isDoubtful(set: SecretSet): boolean {
    if (this.#done || set === this.#last) return false
    this.#last = set
    const texts = unscoped(set)
    if (texts.length === 0) return false
    this.#done = this.#known.size > 0 && !texts.some((text) => this.#known.has(text))
    this.#known = new Set(texts)
    return this.#done
  }
}
