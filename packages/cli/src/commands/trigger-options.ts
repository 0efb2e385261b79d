import type { Fault, Message } from '@ainexlayer/webhooks-sender'
import type { EventDataOptions } from '../input/event-data.ts'
import type { SecretOptions } from '../input/secret.ts'
import type { OutputOptions } from '../output/output.ts'
import type { ApiOptions } from './api-client.ts'

/** The options of `trigger`. */
export interface TriggerOptions extends OutputOptions, SecretOptions, EventDataOptions, ApiOptions {
  /** Names, or patterns such as `document.*`. */
  readonly events: readonly string[]
  readonly all?: boolean | undefined
  /** The receiver; without it the event goes through the API, to all its webhooks. */
  readonly to?: string | undefined
  readonly id?: string | undefined
  /** ISO 8601: when the event happened. */
  readonly timestamp?: string | undefined
  readonly fault?: readonly string[] | undefined
  readonly count: number
  /** Events a second. */
  readonly rate?: number | undefined
  /** Waits until it is delivered. */
  readonly wait?: boolean | undefined
  readonly profile: string
  readonly timeout: number
}

/** What is to be sent. */
export interface Triggered {
  readonly messages: readonly Message[]
  readonly faults: readonly Fault[]
  /** Milliseconds between two events. */
  readonly spacingMs: number
}
