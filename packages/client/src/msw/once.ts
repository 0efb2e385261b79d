import {
  checkIdempotencyKey,
  idempotencyKeyInUse,
  idempotencyKeyReused,
  limits,
} from '@ainexlayer/webhooks-contract'

/** An answer as the network carries it. */
export interface Written {
  readonly status: number
  readonly json: string
  readonly headers?: Readonly<Record<string, string>>
}

interface Kept {
  readonly request: string
  readonly expiresAt: number
  /** Undefined while the request is running. */
  readonly written: Written | undefined
}

/** Answers a request that is repeated with its Idempotency-Key with the first answer, for 24 hours. */
export const createOnce = (now: () => number) => {
  const answers = new Map<string, Kept>()
  return async (
    key: string | null,
    request: string,
    work: () => Promise<Written>,
  ): Promise<Written> => {
    if (key === null) return await work()
    checkIdempotencyKey(key)
    const kept = answers.get(key)
    if (kept !== undefined && kept.expiresAt > now()) {
      if (kept.written === undefined) throw idempotencyKeyInUse()
      if (kept.request !== request) throw idempotencyKeyReused()
      return { ...kept.written, headers: { 'idempotency-replayed': 'true' } }
    }
    const expiresAt = now() + limits.idempotencyKey.keptFor * 1000
    answers.set(key, { request, expiresAt, written: undefined })
    try {
      const written = await work()
      answers.set(key, { request, expiresAt, written })
      return written
    } catch (error) {
      answers.delete(key)
      throw error
    }
  }
}
