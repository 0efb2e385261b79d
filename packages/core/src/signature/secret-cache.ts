import type { SigningSecret } from './secrets.ts'

/** How many texts are kept decoded: more than a receiver for many tenants has in use at once. */
const keptSecrets = 1000

/** Secrets that were decoded before, by their text: the same few come with every request. */
export class SecretCache {
  readonly #byText = new Map<string, readonly SigningSecret[]>()

  /** The secrets of a text, decoded once. @throws whatever `decode` throws; nothing is kept then */
  get(text: string, decode: () => readonly SigningSecret[]): readonly SigningSecret[] {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const secrets = decode()
    if (this.#byText.size >= keptSecrets) this.#byText.clear()
    this.#byText.set(text, secrets)
    return secrets
  }
}
