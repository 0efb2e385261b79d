import type { Caller } from '../http/caller.ts'
import { queryString, segment } from '../http/url.ts'
import type {
  Captured,
  CapturedInput,
  FaultKind,
  MoveClockInput,
  RunScenarioInput,
  ScenarioInfo,
  ScenarioRun,
  SenderClock,
  WebhookFaults,
} from '../model/dev.ts'
import type { LikelyFault } from '../model/fault.ts'
import type { PageRequest } from '../model/page.ts'
import type { CallOptions, PostOptions } from '../options/client-options.ts'

/** Which page of the inbox. */
export interface ListInboxQuery {
  /** The page to begin with. Default: 1. */
  page?: number | undefined
  /** Items per page, up to 100. Default: 20. */
  limit?: number | undefined
  /** The `nextCursor` of an earlier page, instead of `page`. */
  cursor?: string | undefined
}

/** The calls that only a sender for development answers; any other rejects them with NOT_FOUND. */
export interface DevApi {
  /** The faults of every delivery to a webhook. */
  faults(webhookId: string, options?: CallOptions): Promise<WebhookFaults>
  /** Sets the faults of every delivery to a webhook, each with a probability. */
  setFaults(
    webhookId: string,
    faults: readonly LikelyFault[],
    options?: CallOptions,
  ): Promise<WebhookFaults>
  /** Removes the faults of a webhook. */
  removeFaults(webhookId: string, options?: CallOptions): Promise<WebhookFaults>
  /** The kinds of faults that there are. */
  faultKinds(options?: CallOptions): Promise<FaultKind[]>
  /** The scenarios that there are. */
  scenarios(options?: CallOptions): Promise<ScenarioInfo[]>
  /** Starts a scenario; `run` and the stream say how it goes. */
  runScenario(name: string, input: RunScenarioInput, options?: PostOptions): Promise<ScenarioRun>
  /** A run of a scenario. */
  run(id: string, options?: CallOptions): Promise<ScenarioRun>
  /** The last 100 runs, newest first. */
  runs(options?: CallOptions): Promise<ScenarioRun[]>
  /** The clock of the sender. */
  clock(options?: CallOptions): Promise<SenderClock>
  /** Moves a virtual clock, with every attempt that falls due on the way. Code: CLOCK_IS_REAL. */
  moveClock(input: MoveClockInput, options?: PostOptions): Promise<SenderClock>
  /** Deletes every webhook, event, delivery and attempt. */
  reset(options?: PostOptions): Promise<{ reset: true }>
  /** Hands in a request that was captured. */
  capture(request: CapturedInput, options?: PostOptions): Promise<Captured>
  /** The captured requests, newest first. */
  inbox(query?: ListInboxQuery, options?: CallOptions): PageRequest<Captured>
  /** One captured request. */
  captured(id: string, options?: CallOptions): Promise<Captured>
  /** Forgets every captured request. */
  clearInbox(options?: CallOptions): Promise<{ deleted: number }>
}

/** The calls for development, over a caller. */
export const devApi = ({ one, pages }: Caller): DevApi => {
  const faultsAt = (webhookId: string) => `/dev/faults${queryString({ webhookId })}`
  const get = (path: () => string) => () => ({ method: 'GET', path: path() }) as const
  return {
    faults: (webhookId, options) =>
      one(
        get(() => faultsAt(webhookId)),
        options,
      ),
    setFaults: (webhookId, faults, options) =>
      one(() => ({ method: 'PUT', path: '/dev/faults', body: { webhookId, faults } }), options),
    removeFaults: (webhookId, options) =>
      one(() => ({ method: 'DELETE', path: faultsAt(webhookId) }), options),
    faultKinds: (options) =>
      one(
        get(() => '/dev/fault-kinds'),
        options,
      ),
    scenarios: (options) =>
      one(
        get(() => '/dev/scenarios'),
        options,
      ),
    runScenario: (name, input, options) =>
      one(
        () => ({ method: 'POST', path: `/dev/scenarios/${segment(name)}`, body: input }),
        options,
      ),
    run: (id, options) =>
      one(
        get(() => `/dev/runs/${segment(id)}`),
        options,
      ),
    runs: (options) =>
      one(
        get(() => '/dev/runs'),
        options,
      ),
    clock: (options) =>
      one(
        get(() => '/dev/clock'),
        options,
      ),
    moveClock: (input, options) =>
      one(() => ({ method: 'POST', path: '/dev/clock', body: input }), options),
    reset: (options) => one(() => ({ method: 'POST', path: '/dev/reset' }), options),
    capture: (request, options) =>
      one(() => ({ method: 'POST', path: '/dev/inbox', body: request }), options),
    inbox: (query, options) => pages(() => '/dev/inbox', { ...query }, options),
    captured: (id, options) =>
      one(
        get(() => `/dev/inbox/${segment(id)}`),
        options,
      ),
    clearInbox: (options) => one(() => ({ method: 'DELETE', path: '/dev/inbox' }), options),
  }
}
