export type { Dispatch, GenuineDelivery, Park } from '../delivery/delivery.ts'
export type { QueueJob, ReadJob } from '../delivery/job.ts'
export { fromJob, toJob } from '../delivery/job.ts'
export type { JobVerdict } from './job-verdict.ts'
export { jobVerdict } from './job-verdict.ts'
export type {
  ListParkedOptions,
  ParkedDelivery,
  ParkedRow,
  ParkingPlace,
  ParkingTable,
} from './parking-place.ts'
export { parkingPlace } from './parking-place.ts'
