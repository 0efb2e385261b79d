import { isThenable } from '../async/thenable.ts'
import { assertOptions } from '../check-options.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { JobInfo } from './context.ts'
import type { LimitedLog } from './limited-log.ts'
import type { Outcome, OutcomeName, OutcomeOf } from './outcome.ts'

/** What is known about a delivery when its outcome stands. */
export interface DeliveryInfo {
  /** Milliseconds from the arrival of the request to its outcome; in a worker, from the start of the job's run. */
  readonly durationMs: number
  /** When the request arrived, in a worker too: the rest of the time until now was spent in the queue. */
  readonly receivedAt: Date
  /** The job in a queue's worker; undefined for a request. */
  readonly job: JobInfo | undefined
  /** The caller's address, where the adapter knows it. */
  readonly remoteAddress: string | undefined
  /** Whether the sender had been answered `deadline_exceeded` before: this outcome answers nobody. */
  readonly late: boolean
}

type HookName = { [Name in OutcomeName]: `on${PascalCase<Name>}` }
type PascalCase<Text extends string> = Text extends `${infer Head}_${infer Rest}`
  ? `${Capitalize<Head>}${PascalCase<Rest>}`
  : Capitalize<Text>

/** A hook for outcomes of any kind. */
type OutcomeHook = (outcome: Outcome, info: DeliveryInfo) => void | Promise<void>

/**
 * One function for each outcome: `onProcessed`, `onVerified`, `onAccepted`, `onDuplicate`, `onUnhandled`,
 * `onInFlight`, `onRejected`, `onThrottled`, `onFailed`, `onRetryLater`, `onGone`, `onParked`. They
 * get what the caller is never told. A hook that throws is logged and changes nothing; the answer
 * does not wait for it.
 */
export type Hooks = {
  readonly [Name in OutcomeName as HookName[Name]]?: (
    outcome: OutcomeOf<Name>,
    info: DeliveryInfo,
  ) => void | Promise<void>
} & {
  /**
   * Told of work that ended after its delivery was answered `deadline_exceeded`, success or failure, instead of the
   * hook of its outcome.
   */
  readonly onLate?: OutcomeHook
  /** Told of every outcome, after the hook for that outcome; the late ones are those with `info.late`. */
  readonly onOutcome?: OutcomeHook
}

const hookNames = {
  processed: 'onProcessed',
  verified: 'onVerified',
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

/** What looks like a hook among an object's own members, and among those of its classes. */
const likeHooks = (
  hooks: Hooks,
): { own: Record<string, unknown>; inherited: Record<string, unknown> } => {
  const own: Record<string, unknown> = {}
  const inherited: Record<string, unknown> = {}
  let owner: object | null = hooks
  while (owner !== null && owner !== Object.prototype) {
    const found = owner === hooks ? own : inherited
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (/^on[A-Z]/.test(name)) found[name] = Reflect.get(hooks, name)
    }
    owner = Object.getPrototypeOf(owner)
  }
  return { own, inherited }
}

/**
 * Checks hooks: one that is misspelt, or is no function, would never be called.
 *
 * @throws WebhookConfigurationError `option_invalid`
 */
export const assertHooks = (hooks: Hooks): void => {
  const names = [...Object.values(hookNames), 'onLate', 'onOutcome']
  const known = Object.fromEntries(names.map((name): [string, 1] => [name, 1]))
  // An object of the user's may hold what its hooks need.
  assertOptions<Record<string, unknown>>('hooks', hooks, known, true)
  const { own, inherited } = likeHooks(hooks)
  assertOptions<Record<string, unknown>>('hooks', own, known)
  // A class may have methods of that form for its framework, such as `onModuleInit`.
  assertOptions<Record<string, unknown>>('hooks', inherited, known, true)
  for (const [name, hook] of Object.entries({ ...inherited, ...own })) {
    if (!Object.hasOwn(known, name)) continue
    if (hook === undefined || typeof hook === 'function') continue
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`hooks.${name}\` is of type ${typeof hook}.`,
      'Pass a function.',
    )
  }
}

const call = (hook: Hooks, name: keyof Hooks, outcome: Outcome, info: DeliveryInfo): unknown => {
  // Each name goes with the outcome that it is called for.
  const run = hook[name] as OutcomeHook | undefined
  return run?.call(hook, outcome, info)
}

/** Calls the hooks of one outcome, each guarded for itself. Never throws. */
export const callHooks = (
  hooks: readonly Hooks[],
  outcome: Outcome,
  info: DeliveryInfo,
  limited: LimitedLog,
): void => {
  const name = info.late ? 'onLate' : hookNames[outcome.outcome]
  for (const [index, hook] of hooks.entries()) {
    for (const each of [name, 'onOutcome'] as const) {
      const failed = (error: unknown) =>
        limited.write('error', `${each} ${index}`, () => [
          { err: error, hook: each },
          `the hook \`${each}\` threw; nothing else changed`,
        ])
      try {
        const returned = call(hook, each, outcome, info)
        if (isThenable(returned)) returned.then(undefined, failed)
      } catch (error) {
        failed(error)
      }
    }
  }
}
