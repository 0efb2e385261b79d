import type { BullmqCounts } from '@ainexlayer/webhooks-otel'

/** The reader's own queue. */
export declare const queue: BullmqCounts
