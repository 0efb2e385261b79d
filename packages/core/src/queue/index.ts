export type { OptionNames } from '../check-options.ts'
export { assertMethods, assertOptions } from '../check-options.ts'
export type { Dispatch, DispatchResult, GenuineDelivery, Park } from '../delivery/delivery.ts'
export type { QueueJob, ReadJob } from '../delivery/job.ts'
export { fromJob, isSameBody, toJob } from '../delivery/job.ts'
export type { EventIdentity } from '../idempotency/event-key.ts'
export { eventKey } from '../idempotency/event-key.ts'
export type { StorageErrorOptions, StorageProblem } from '../idempotency/storage-errors.ts'
export { QueueUnavailableError } from '../idempotency/storage-errors.ts'
export { queueUnavailable, storeUnavailable } from '../idempotency/storage-problem.ts'
export type { JobVerdict } from './job-verdict.ts'
export { jobVerdict } from './job-verdict.ts'
export { namedEndpoint } from './named-endpoint.ts'
export type {
  FindParkedOptions,
  ListParkedOptions,
  ParkedDelivery,
  ParkedRow,
  ParkingPlace,
  ParkingTable,
  ReadParkedDelivery,
} from './parking-place.ts'
export { parkingPlace } from './parking-place.ts'
