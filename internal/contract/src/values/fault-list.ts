import * as z from 'zod'
import { faultConflict, isEventFault } from './fault-conflicts.ts'
import { faultSchema } from './fault-schema.ts'
import { limits } from './limits.ts'

/** The faults of one event: all of them happen to each of its attempts. */
export const faultList = z
  .array(faultSchema)
  .max(limits.faultsOfEvent)
  .superRefine((faults, context) => {
    const conflict = faultConflict(faults)
    if (conflict !== undefined) context.addIssue({ code: 'custom', message: conflict })
  })

/** A fault of an attempt: one that does not act on events before they are sent. */
export const attemptFaultSchema = faultSchema.refine(
  (fault) => !isEventFault(fault),
  'acts on events before they are sent: give it to an event',
)
