import { createHmac } from 'node:crypto'
import type { SigningPlan } from '../faults/signing-faults.ts'

/**
 * One `v1,` entry for each secret over `id.timestamp.body`, whatever these are: core's `sign` rightly
 * refuses the ids and timestamps that some faults need.
 */
export const signatureHeader = ({ id, timestamp, body, secrets }: SigningPlan): string =>
  secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
    })
    .join(' ')
