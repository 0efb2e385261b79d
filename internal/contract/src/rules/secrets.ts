import type { Secret } from '../shapes/webhook.ts'
import { limits } from '../values/limits.ts'
import { Problem } from '../values/problem.ts'

/** The secrets that sign at a time, unix milliseconds. */
export const activeSecrets = (secrets: readonly Secret[], now: number): readonly Secret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)

/** Refuses a rotation that would leave too many secrets signing. @throws Problem TOO_MANY_ACTIVE_SECRETS */
export const checkRotation = (active: readonly Secret[], gracePeriodSeconds: number): void => {
  if (gracePeriodSeconds > 0 && active.length >= limits.secretsAtOnce) {
    throw new Problem(
      'TOO_MANY_ACTIVE_SECRETS',
      `${limits.secretsAtOnce} secrets are signing already: wait until one expires, or rotate with a grace period of 0.`,
    )
  }
}
