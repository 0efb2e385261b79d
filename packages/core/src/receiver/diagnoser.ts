import type { IncomingRequest } from '../delivery/request.ts'
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import { isWebhookError } from '../errors.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import { headerReader } from '../signature/headers.ts'

/** Anybody can cause a refusal, and a diagnosis costs hundreds of HMACs: no more than one in this time. */
const intervalMs = 1000

/** The largest body that is looked into, in bytes. */
const largestBody = 256 * 1024

/** Explains the refusal of a signature; undefined when the last diagnosis was too recent. Never throws. */
export type Diagnoser = (
  request: IncomingRequest,
  rawBody: Uint8Array,
) => Promise<Diagnosis | undefined>

/** Makes the receiver's diagnoser, off the hot path: its code is loaded when it is first needed. */
export const diagnoserOf = (config: ReceiverConfig): Diagnoser => {
  const { secretSource, profile, toleranceSeconds, now } = config
  let lastAt = Number.NEGATIVE_INFINITY
  return async (request, rawBody) => {
    const startedAt = performance.now()
    if (startedAt - lastAt < intervalMs || rawBody.length > largestBody) return undefined
    lastAt = startedAt
    try {
      const { diagnose } = await import('../diagnose/diagnose.ts')
      const { headers, env } = request
      const secret =
        typeof secretSource === 'function'
          ? ((await secretSource({ header: headerReader(headers), env })) ?? undefined)
          : secretSource
      return await diagnose({ headers, body: rawBody, secret, profile, toleranceSeconds, now })
    } catch (error) {
      config.logger.warn(
        { code: isWebhookError(error) ? error.code : undefined },
        'a refusal could not be diagnosed',
      )
      return undefined
    }
  }
}
