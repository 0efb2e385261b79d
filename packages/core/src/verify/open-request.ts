import { toBytes } from '../encoding/bytes.ts'
import { isWebhookError } from '../errors.ts'
import { type HeaderReader, headerReader } from '../signature/headers.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import type { VerifyInput } from './options.ts'

/** A request whose headers can be read and whose body is bytes. */
export interface OpenedRequest {
  readonly ok: true
  readonly header: HeaderReader
  readonly body: Uint8Array
}

const misused = (error: unknown): Refusal => ({
  ok: false,
  code: 'misconfigured',
  reason: isWebhookError(error) ? error.code : 'input_invalid',
  note: isWebhookError(error) ? error.message : 'Reading the request threw.',
})

/** Brings a request into the verifier's form, or says how it is misused. Never throws. */
export const openRequest = (input: VerifyInput): OpenedRequest | Refusal => {
  try {
    const body = toBytes(input.body)
    if (body === undefined) {
      return {
        ok: false,
        code: 'body_already_parsed',
        note: `\`body\` is of type ${typeof input.body}: pass the bytes that arrived.`,
      }
    }
    return { ok: true, header: headerReader(input.headers), body }
  } catch (error) {
    return misused(error)
  }
}
