import type { ReceiverConfig } from './config.ts'

/** Seconds for the Retry-After of an outage: 5 to 30, so that the retries do not all come in the same second. */
export const outageRetrySeconds = ({ random }: Pick<ReceiverConfig, 'random'>): number =>
  5 + Math.floor(random() * 26)
