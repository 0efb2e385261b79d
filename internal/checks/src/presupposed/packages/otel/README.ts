import type { BullmqCounts, PgBossDatabase } from '@ainexlayer/webhooks-otel'

/** The reader's own queues and tables. */
export declare const queue: BullmqCounts
export declare const boss: PgBossDatabase
export declare const countParked: () => Promise<number>
