import type { PayloadIssue, RefusalDetail, VerificationCode } from '../errors.ts'
import type { AnyEvent, Outcome } from './outcome.ts'
import type { BodyRead } from './request.ts'

type ReadCode = Extract<BodyRead, { ok: false }>['code']

/** A refusal as an outcome: our user's mistakes are failures, everything else is a rejection. */
export const refuse = (
  { ok: _, code, ...detail }: RefusalDetail & { ok: false; code: VerificationCode | ReadCode },
  event?: AnyEvent,
): Outcome => {
  const about = event === undefined ? detail : { ...detail, event }
  return code === 'misconfigured' || code === 'body_already_parsed'
    ? { outcome: 'failed', code, ...about }
    : { outcome: 'rejected', code, ...about }
}

/** The refusal of a known event whose data does not fit. */
export const refuseInvalid = (event: AnyEvent, issues: readonly PayloadIssue[]): Outcome =>
  refuse({ ok: false, code: 'invalid_payload', reason: 'schema_mismatch', issues }, event)
