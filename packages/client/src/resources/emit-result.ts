import type { ApiErrorCode } from '../errors/error-codes.ts'
import type { ErrorDetails } from '../errors/errors.ts'
import type { EmittedEvent } from '../model/event.ts'

/** The result of one event of several: what was emitted (`ok` is true), or why it was refused. */
export type EmitResult =
  | (EmittedEvent & { ok: true })
  | {
      ok: false
      error: {
        /** The platform's code, such as SCHEMA_MISMATCH. */
        code: ApiErrorCode
        /** What happened, in one sentence. */
        message: string
        /** What the platform says about it; `field` and `reason` are those of this event. */
        details?: ErrorDetails | undefined
      }
    }
