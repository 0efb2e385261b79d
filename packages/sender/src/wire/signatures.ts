import { createHmac } from 'node:crypto'
import type { SigningPlan } from '../faults/signing-faults.ts'

/**
 * The `v1,` signatures of every secret over `id.timestamp.body`. Not by core's `sign`, which rightly
 * refuses the ids and timestamps of some faults.
 */
export const signatureHeader = ({ id, timestamp, body, secrets }: SigningPlan): string =>
  secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
    })
    .join(' ')
