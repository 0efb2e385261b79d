import type { TransactionOutcome } from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import type { Row } from './client.ts'

/** The outcome for a key that could not be taken. */
export const standing = (
  record: Row | undefined,
): Extract<TransactionOutcome<never>, { kind: 'done' | 'released' | 'in_flight' }> => {
  // It was rolled back meanwhile.
  if (record === undefined) return { kind: 'in_flight' }
  const answer = new Answer(record)
  const kind = answer.word(0, ['done', 'released', 'in_flight'])
  return kind === 'in_flight' ? { kind } : { kind, fingerprint: answer.text(1) }
}
