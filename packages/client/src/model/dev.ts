import type { BytesEncoding } from './attempt.ts'
import type { OpenEnum } from './open-enum.ts'

/** The faults of every delivery to a webhook. */
export interface WebhookFaults {
  webhookId: string
  faults: unknown[]
}

/** A kind of fault. */
export interface FaultKind {
  kind: string
  /** `event` for those that happen before an event is sent, else `attempt`. */
  actsOn: OpenEnum<'event' | 'attempt'>
  /** The JSON Schema of the fault. */
  schema: Record<string, unknown>
}

/** A scenario of the catalogue. */
export interface ScenarioInfo {
  name: string
  /** What it shows, in one sentence. */
  description: string
  /** The options that it cannot do without. */
  needs: OpenEnum<'observe' | 'observeState' | 'restart'>[]
}

/** How to run a scenario. */
export interface RunScenarioInput {
  /** The webhook whose endpoint is tested. */
  webhookId: string
  /** A URL that answers `{ "<event id>": runs }`. */
  observe?: string | undefined
  /** A URL that answers `{ "<document id>": "<event id>" }`. */
  observeState?: string | undefined
}

/** One step of a scenario, and whether the receiver did as expected. */
export interface ScenarioStep {
  step: string
  answered: (number | string)[]
  expected: string
  handled: number | null
  expectedHandled: number | null
  verdict: OpenEnum<'ok' | 'wrong'>
}

/** A run of a scenario. */
export interface ScenarioRun {
  /** Such as `run-1`. */
  id: string
  name: string
  webhookId: string
  status: OpenEnum<'running' | 'ended' | 'failed'>
  /** The steps so far. */
  steps: number
  lastStep: string | null
  startedAt: string
  endedAt: string | null
  /** Once it has ended. */
  verdict: { passed: boolean; skipped: string | null; rows: ScenarioStep[] } | null
  /** Why it could not be played to its end. */
  error: string | null
}

/** The clock of a sender. */
export interface SenderClock {
  now: string
  /** Whether it stands still until it is moved. */
  isVirtual: boolean
  nextAttemptAt: string | null
}

/** How far to move a virtual clock: by milliseconds, or to when the next attempt is due. */
export type MoveClockInput = { advanceMs: number } | { toNextAttempt: true }

/** What the server behind a capturing one answered. */
export interface ForwardResult {
  url: string
  statusCode: number | null
  durationMs: number
  error: string | null
}

/** A request that a local server captured. */
export interface CapturedInput {
  method: string
  path: string
  headers: Record<string, string>
  body: string
  /** Default: `utf8`. */
  bodyEncoding?: 'utf8' | 'base64' | undefined
  /** Whether its signature was right. Default: `null`, nobody looked. */
  verified?: boolean | null | undefined
  /** Why its signature was not right. */
  reason?: string | null | undefined
  forwarded?: ForwardResult | null | undefined
}

/** A captured request in the inbox. */
export interface Captured {
  /** Such as `captured-1`. */
  id: string
  receivedAt: string
  method: string
  path: string
  headers: Record<string, string>
  body: string
  bodyEncoding: BytesEncoding
  verified: boolean | null
  reason: string | null
  forwarded: ForwardResult | null
}
