export { assertMethods, assertOptions, type OptionNames } from '../check-options.ts'
export { assertDuration } from './duration.ts'
export type { EventIdentity } from './event-key.ts'
export { eventKey } from './event-key.ts'
export { followClaim } from './follow-claim.ts'
export type { GroupOptions } from './in-groups.ts'
export { inGroups } from './in-groups.ts'
export type { RunLimit } from './run-limit.ts'
export { runLimit } from './run-limit.ts'
export type { StorageErrorOptions, StorageProblem } from './storage-errors.ts'
export { StoreUnavailableError } from './storage-errors.ts'
export { storeUnavailable } from './storage-problem.ts'
export type { ClaimOutcome, ClaimRequest, IdempotencyStore, OwnedClaim } from './store.ts'
export type { SweepingOptions } from './sweep-every.ts'
export { sweepEvery } from './sweep-every.ts'
export type { Unswept } from './sweep-reminder.ts'
export { sweepReminder } from './sweep-reminder.ts'
export type {
  TransactionalStore,
  TransactionOutcome,
  TransactionRequest,
  TransactionRun,
} from './transactional-store.ts'
