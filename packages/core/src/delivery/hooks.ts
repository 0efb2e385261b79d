import type { Logger } from './logger.ts'
import type { OutcomeName, OutcomeOf } from './outcome.ts'

/** What is known about a delivery when its outcome stands. */
export interface DeliveryInfo {
  /** Milliseconds from the arrival of the request to its outcome. */
  readonly durationMs: number
  /** The caller's address, where the adapter knows it. */
  readonly remoteAddress: string | undefined
}

type HookName = { [Name in OutcomeName]: `on${PascalCase<Name>}` }
type PascalCase<Text extends string> = Text extends `${infer Head}_${infer Rest}`
  ? `${Capitalize<Head>}${PascalCase<Rest>}`
  : Capitalize<Text>

/**
 * One function for each outcome: `onProcessed`, `onAccepted`, `onDuplicate`, `onUnhandled`,
 * `onInFlight`, `onRejected`, `onThrottled`, `onFailed`, `onRetryLater`, `onGone`, `onParked`. They
 * get what the caller is never told. A hook that throws is logged and changes nothing; the answer
 * does not wait for it.
 */
export type Hooks = {
  readonly [Name in OutcomeName as HookName[Name]]?: (
    outcome: OutcomeOf<Name>,
    info: DeliveryInfo,
  ) => void | Promise<void>
}

const hookNames = {
  processed: 'onProcessed',
  accepted: 'onAccepted',
  duplicate: 'onDuplicate',
  unhandled: 'onUnhandled',
  in_flight: 'onInFlight',
  rejected: 'onRejected',
  throttled: 'onThrottled',
  failed: 'onFailed',
  retry_later: 'onRetryLater',
  gone: 'onGone',
  parked: 'onParked',
} as const satisfies HookName

/** Calls the hooks of one outcome, each guarded for itself. */
export const callHooks = <Name extends OutcomeName>(
  hooks: readonly Hooks[],
  outcome: OutcomeOf<Name> & { readonly outcome: Name },
  info: DeliveryInfo,
  logger: Logger,
): void => {
  const name = hookNames[outcome.outcome]
  for (const hook of hooks) {
    const run = hook[name] as
      | ((outcome: OutcomeOf<Name>, info: DeliveryInfo) => unknown)
      | undefined
    if (run === undefined) continue
    const failed = (error: unknown) =>
      logger.error({ err: error, hook: name }, 'a hook threw; nothing else changed')
    try {
      Promise.resolve(run.call(hook, outcome, info)).catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}
