/**
 * Trouble on demand, to see how a receiver takes it. Each fault changes one attempt on its way out;
 * the attempt's log names it.
 */
export type Fault =
  /** Changes a byte of the body after it was signed. */
  | { readonly kind: 'tamperBody' }
  /** Signs with a secret that the receiver does not know. */
  | { readonly kind: 'wrongSecret' }
  /** Signs correctly, but with a clock that is off by so many seconds (negative: in the past). */
  | { readonly kind: 'timestamp'; readonly offsetSeconds: number }

/** What is signed, and with what. */
export interface SigningPlan {
  readonly secret: string
  /** Unix seconds. */
  readonly timestamp: number
}

const unknownSecret = `whsec_${Buffer.alloc(24, 0x5a).toString('base64')}`

/** Applies the faults that change what is signed. */
export const spoilSigning = (plan: SigningPlan, faults: readonly Fault[]): SigningPlan => {
  let { secret, timestamp } = plan
  for (const fault of faults) {
    if (fault.kind === 'wrongSecret') secret = unknownSecret
    if (fault.kind === 'timestamp') timestamp += fault.offsetSeconds
  }
  return { secret, timestamp }
}

/** Applies the faults that change the body after it was signed. */
export const spoilBody = (body: Uint8Array, faults: readonly Fault[]): Uint8Array => {
  if (!faults.some(({ kind }) => kind === 'tamperBody')) return body
  const spoiled = Uint8Array.from(body)
  const last = spoiled.length - 2
  spoiled.set([(spoiled[last] ?? 0) ^ 1], Math.max(0, last))
  return spoiled
}
