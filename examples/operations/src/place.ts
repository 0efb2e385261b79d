import type { ReadJob } from '@ainexlayer/webhooks/queue'

/** A delivery that nobody will try again by itself. */
export interface Entry {
  /** Which place holds it. */
  readonly place: string
  /** What `inspect` and `replay` take. */
  readonly key: string
  readonly endpoint: string | undefined
  /** The event's id. */
  readonly id: string | undefined
  readonly type: string | undefined
  /** The message of the last error. */
  readonly reason: string
  /** Since when it lies there. */
  readonly since: Date | undefined
}

/** Where such deliveries lie: a parking place, or the failed jobs of a queue. */
export interface Place {
  readonly name: string
  /** The latest first. */
  list(limit: number): Promise<readonly Entry[]>
  /** What was signed; undefined when there is none of this key. */
  read(key: string): Promise<ReadJob | undefined>
  /** Runs it again, or has a worker do so; says what came of it. */
  replay(key: string): Promise<string>
}
