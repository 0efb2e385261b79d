import { isThenable } from '../async/thenable.ts'
import { assertOptions, type OptionNames } from '../check-options.ts'
import {
  isWebhookError,
  type RefusalDetail,
  VERIFICATION_ERRORS,
  type VerificationCode,
  WebhookVerificationError,
} from '../errors.ts'
import { type AinexlayerEvents, ainexlayerEvents, type EventCatalog } from '../events/catalog.ts'
import type { AnyEvent, VerifiedEvent } from '../events/event-of.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import { type AuthenticateConfig, authenticate } from './authenticate.ts'
import { openRequest } from './open-request.ts'
import { authenticateConfig, type VerifyInput, type VerifyOptions } from './options.ts'
import { readEvent } from './read-event.ts'
import type { SchemaMap } from './validate.ts'

/** A refusal with its words. Nothing in it comes from the body, a signature or a secret. */
export interface VerifyFailure extends RefusalDetail {
  readonly ok: false
  readonly code: VerificationCode
  /** What happened, in one sentence. */
  readonly message: string
  /** How to mend it, in one sentence. */
  readonly fix: string
  readonly event?: never
}

/** What `safeVerify` answers: the genuine event, or why there is none. */
export type VerifyResult<Catalog extends EventCatalog = AinexlayerEvents> =
  | { readonly ok: true; readonly event: VerifiedEvent<Catalog>; readonly code?: never }
  | VerifyFailure

/** A refusal with its words. */
export const failure = (refusal: Refusal): VerifyFailure => {
  const { message, fix } = VERIFICATION_ERRORS[refusal.code]
  return { ...refusal, message, fix }
}

/** The one place where a checked event takes the type that its schema vouches for. */
export const asVerified = <Catalog extends EventCatalog>(event: AnyEvent): VerifiedEvent<Catalog> =>
  event as VerifiedEvent<Catalog>

/** What verification depends on. */
export interface VerifyConfig extends AuthenticateConfig {
  readonly schemas: SchemaMap
}

/** Steps 3 to 5 of the pipeline on their own: authenticate, decode, validate. Never throws. */
export const verifyEvent = async <Catalog extends EventCatalog>(
  config: VerifyConfig,
  input: VerifyInput,
): Promise<VerifyResult<Catalog>> => {
  try {
    const opened = openRequest(input)
    if (!opened.ok) return failure(opened)
    const { header, body } = opened
    const authenticating = authenticate(config, header, body, undefined)
    const signature = isThenable(authenticating) ? await authenticating : authenticating
    if (!signature.ok) return failure(signature)
    const reading = readEvent(config, signature, body, config.now(), header)
    const read = isThenable(reading) ? await reading : reading
    if (!read.ok) return failure(read)
    const { event, validation } = read
    return validation.kind === 'invalid'
      ? failure({ ok: false, code: 'invalid_payload', issues: validation.issues })
      : { ok: true, event: asVerified<Catalog>(event) }
  } catch (error) {
    const note = isWebhookError(error) ? error.message : 'A profile or a schema threw.'
    return failure({ ok: false, code: 'misconfigured', note })
  }
}

/** The event of a result, or the error of its refusal. */
export const eventOrThrow = <Catalog extends EventCatalog>(
  result: VerifyResult<Catalog>,
): VerifiedEvent<Catalog> => {
  if (result.ok) return result.event
  const { code, ok: _, message: __, fix: ___, ...detail } = result
  throw new WebhookVerificationError(code, detail)
}

// Not in `verifySignature`, whose bundle is to stay small.
const optionNames: OptionNames<VerifyOptions> = {
  headers: 1,
  body: 1,
  secret: 1,
  profile: 1,
  toleranceSeconds: 1,
  now: 1,
}

const ainexlayerSchemas: SchemaMap = /* @__PURE__ */ (() =>
  new Map(Object.entries(ainexlayerEvents)))()

/**
 * Verifies a request and returns its typed event, or the code of what is wrong: it never
 * throws on input. For unit tests and unusual servers; a receiver does this and all that follows.
 *
 * @throws WebhookConfigurationError when the secret or an option is unusable
 *
 * @example
 * const result = await safeVerify({ headers: request.headers, body: await request.text(), secret })
 * if (!result.ok) return new Response(result.code, { status: 401 })
 */
export const safeVerify = async (options: VerifyOptions): Promise<VerifyResult> => {
  assertOptions<VerifyOptions>('verify', options, optionNames, true)
  // Field by field: spreading the object costs as much as parsing the body.
  const { profile, secrets, toleranceSeconds, now } = authenticateConfig(options)
  return verifyEvent<AinexlayerEvents>(
    { profile, secrets, toleranceSeconds, now, schemas: ainexlayerSchemas },
    options,
  )
}

/**
 * Verifies a request and returns its typed event.
 *
 * @throws WebhookVerificationError with the code of what is wrong with the request
 * @throws WebhookConfigurationError when the secret or an option is unusable
 */
export const verify = async (options: VerifyOptions): Promise<VerifiedEvent> =>
  eventOrThrow(await safeVerify(options))
