import { timedOut, within } from '../async/timer.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { BudgetLimits } from '../diagnose/budget.ts'
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import { isWebhookError } from '../errors.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import { headerReader } from '../signature/headers.ts'

/**
 * Anybody can cause a refusal. One diagnosis computes for no longer than this, gives way to everything else every
 * few milliseconds, and makes forms of the body one at a time.
 */
const limits: BudgetLimits = { bytes: 16 * 1024 * 1024, workMs: 200, totalMs: 5000 }

/** The largest body that is looked into, in bytes. */
const largestBody = 64 * 1024

/** How long the `secret` function may take, in milliseconds. */
const secretMs = 2000

/** How long no diagnosis begins after the end of one, in milliseconds: at least this, and ten times as long as it took. */
const shortestPauseMs = 1000

/** How long a diagnosis may hold the turn, its limits and a second: one whose request is abandoned, as in a Worker, never ends. */
const longestMs = 8000

/** When the next diagnosis may begin, on the clock of `performance.now()`: one for all receivers of a process. */
const turn = { nextAt: 0 }

/** Explains the refusal of a signature; undefined where another diagnosis is under way or just ended. Never throws. */
export type Diagnoser = (
  request: IncomingRequest,
  rawBody: Uint8Array,
) => Promise<Diagnosis | undefined>

const explain = async (
  { secretSource, profile, toleranceSeconds, now }: ReceiverConfig,
  { headers, env }: IncomingRequest,
  body: Uint8Array,
): Promise<Diagnosis | undefined> => {
  const { diagnoseWithin } = await import('../diagnose/diagnose.ts')
  const secret =
    typeof secretSource === 'function'
      ? await within(
          secretMs,
          Promise.resolve(secretSource({ header: headerReader(headers), env })),
        )
      : secretSource
  if (secret === timedOut) return undefined
  const given = { headers, body, secret: secret ?? undefined, profile, toleranceSeconds, now }
  return diagnoseWithin(limits, given)
}

/** Makes the receiver's diagnoser, off the hot path: its code is loaded when it is first needed. */
export const diagnoserOf = (config: ReceiverConfig): Diagnoser => {
  return async (request, rawBody) => {
    const startedAt = performance.now()
    if (startedAt < turn.nextAt || rawBody.length > largestBody) return undefined
    turn.nextAt = startedAt + longestMs
    try {
      return await explain(config, request, rawBody)
    } catch (error) {
      config.logger.warn(
        { code: isWebhookError(error) ? error.code : undefined },
        'a refusal could not be diagnosed',
      )
      return undefined
    } finally {
      const endedAt = performance.now()
      turn.nextAt = endedAt + Math.max(shortestPauseMs, 10 * (endedAt - startedAt))
    }
  }
}
