export type { OptionNames } from '../check-options.ts'
export { assertMethods, assertOptions } from '../check-options.ts'
export { StoreUnavailableError } from '../errors.ts'
export { assertDuration } from './duration.ts'
export type { EventIdentity } from './event-key.ts'
export { eventKey } from './event-key.ts'
export type { RunLimit } from './run-limit.ts'
export { runLimit } from './run-limit.ts'
export type { ClaimOutcome, ClaimRequest, IdempotencyStore, OwnedClaim } from './store.ts'
export type {
  TransactionalStore,
  TransactionOutcome,
  TransactionRequest,
  TransactionRun,
} from './transactional-store.ts'
