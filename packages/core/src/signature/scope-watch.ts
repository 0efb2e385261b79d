import { type SecretSet, specsOf } from './secrets.ts'

/** Logged once if a `secret` function seems to return the secrets of several tenants. */
export const scopeWarning =
  'the `secret` function returns different secrets without a `scope`: an event of one tenant counts as a repetition of another tenant’s with the same id. Return `{ value, scope: tenantId }`.'

/**
 * Distinguishes the two reasons for which a `secret` function returns another secret than before: during a rotation
 * both results share a secret, between tenants they do not.
 */
export class ScopeWatch {
  #last: SecretSet
  #known: readonly string[] = []
  #isDone = false

  /** Whether the secrets seem to be those of several tenants, without a scope. True at most once. */
  isDoubtful(set: SecretSet): boolean {
    if (this.#isDone || set === this.#last) return false
    this.#last = set
    const texts = specsOf(set).flatMap(({ value, scope }) =>
      value === undefined || scope !== undefined ? [] : [String(value)],
    )
    if (texts.length === 0) return false
    this.#isDone = this.#known.length > 0 && !texts.some((text) => this.#known.includes(text))
    this.#known = texts
    return this.#isDone
  }
}
