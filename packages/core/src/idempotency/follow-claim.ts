import type { ClaimOutcome, ClaimRequest } from './store.ts'

/**
 * The answer to a claim that waits behind another one of its key, for {@link inGroups}: what was just claimed is in flight, and
 * what is done stays done. Undefined where the store has to be asked.
 */
export const followClaim = (
  first: ClaimRequest,
  answer: ClaimOutcome,
  claim: ClaimRequest,
): ClaimOutcome | undefined => {
  if (answer.kind === 'done') return answer
  // The same claim sent again, because its reply was late.
  if (answer.kind !== 'claimed' || claim.token === first.token) return undefined
  return {
    kind: 'in_flight',
    run: answer.run,
    fingerprint: first.fingerprint,
    leaseLeftMs: first.leaseMs,
  }
}
