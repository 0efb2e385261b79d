import { issuesReason } from '../delivery/reason.ts'
import { PermanentFailure } from '../delivery/verdicts.ts'
import type { PayloadIssue } from '../errors.ts'

/** Why a known event is parked that no handler can take: its data does not fit the schema. Nothing of the data is in it. */
export class Misfit extends PermanentFailure {
  constructor(issues: readonly PayloadIssue[]) {
    super(issuesReason(issues))
  }
}
