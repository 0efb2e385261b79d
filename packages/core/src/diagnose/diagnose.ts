import { toBytes } from '../encoding/bytes.ts'
import { isWebhookError } from '../errors.ts'
import { checkSignature } from '../signature/check-signature.ts'
import { headerReader } from '../signature/headers.ts'
import type { SignedParts } from '../signature/profiles/profile.ts'
import { standardWebhooks } from '../signature/profiles/standard-webhooks.ts'
import { type PreparedSecrets, prepareSecrets } from '../signature/secrets.ts'
import type { VerifyOptions } from '../verify/options.ts'
import { hasReplacements } from './altered-body.ts'
import { type BudgetLimits, openBudget } from './budget.ts'
import { DIAGNOSES, type Diagnosis, type DiagnosisCheck, type DiagnosisCode } from './diagnosis.ts'
import { type Explanation, explainHeaders, explainSignature, type Suspect } from './explain.ts'
import { genuineWithin } from './search.ts'
import { lintSecret } from './wrong-secret.ts'

/** What a diagnosis looks at. */
interface Evidence extends Omit<Suspect, 'keys'> {
  readonly toleranceSeconds: number
  readonly nowMs: number
}

/** What is found, before its words are added. */
interface Finding {
  readonly code: DiagnosisCode
  readonly ok?: boolean
  readonly certain?: boolean
  readonly skewSeconds?: number
  readonly header?: string
}

const prepare = (evidence: Evidence): PreparedSecrets | { readonly code: string } => {
  try {
    return prepareSecrets(evidence.secret, evidence.profile.secretEncoding)
  } catch (error) {
    return { code: isWebhookError(error) ? error.code : 'secret_malformed' }
  }
}

const skewOf = (
  { signedAt }: SignedParts,
  { nowMs, toleranceSeconds }: Evidence,
): number | undefined => {
  if (signedAt === undefined) return undefined
  const skew = signedAt - Math.floor(nowMs / 1000)
  return Math.abs(skew) > toleranceSeconds ? skew : undefined
}

const plainMilliseconds = 100_000_000_000

const find = async (evidence: Evidence, checks: DiagnosisCheck[]): Promise<Finding> => {
  const { header, body, profile, nowMs } = evidence
  const check = (name: DiagnosisCheck['name'], ok: boolean, found: string): void => {
    checks.push({ name, ok, found })
  }

  const told = ({ together = [], ...finding }: Explanation): Finding => {
    if (together.length > 0) check('signature', false, `genuine with ${together.join(' and ')}`)
    return finding
  }

  if (body.length < 64 && new TextDecoder().decode(body).trim() === '[object Object]') {
    check('body', false, 'the text [object Object]')
    return { code: 'body_object_object', certain: true }
  }
  check('body', true, `${body.length} bytes`)

  const prepared = prepare(evidence)
  const secrets = 'secrets' in prepared ? prepared.secrets : []
  const linted = lintSecret(evidence.secret)
  if ('code' in prepared) {
    check('secret', false, prepared.code)
    if (prepared.code === 'secret_missing') return { code: 'secret_missing', certain: true }
  } else
    check('secret', linted === undefined, `${secrets.length} usable${linted ? `, ${linted}` : ''}`)

  const suspect: Suspect = { ...evidence, keys: secrets.map(({ key }) => key) }
  const parts = profile.extract(header)
  if (!parts.ok) {
    check('headers', false, `${parts.header ?? 'a header'}: ${parts.code}`)
    const explained = await explainHeaders(suspect, parts)
    if (explained !== undefined) return told(explained)
    const about = parts.header === undefined ? {} : { header: parts.header }
    const code = parts.code === 'missing_header' ? 'missing_header' : 'malformed_header'
    return { code, certain: true, ...about }
  }
  check('headers', true, 'all there and well-formed')

  const skewSeconds = skewOf(parts, evidence)
  const skewed = skewSeconds === undefined ? {} : { skewSeconds }
  check(
    'timestamp',
    skewSeconds === undefined,
    skewSeconds === undefined ? 'within the tolerance' : `${skewSeconds} s off`,
  )

  // The window is opened here: whether the signature is genuine is a question of its own.
  const whenever = { profile, toleranceSeconds: Number.MAX_SAFE_INTEGER, now: () => nowMs }
  const verdict = await checkSignature(header, body, whenever, secrets)
  check(
    'signature',
    verdict.ok,
    verdict.ok
      ? `matches the secret "${verdict.secretId}"`
      : (verdict.reason ?? 'matches no secret'),
  )
  const milliseconds = parts.signedAt !== undefined && parts.signedAt > plainMilliseconds
  if (milliseconds) return { code: 'timestamp_in_milliseconds', certain: verdict.ok, ...skewed }
  if (verdict.ok) {
    if (skewSeconds !== undefined) {
      return { code: skewSeconds > 0 ? 'clock_behind' : 'clock_ahead', certain: true, skewSeconds }
    }
    return { code: linted ?? 'ok', ok: true, certain: true }
  }
  if (verdict.reason === 'secret_expired' || verdict.reason === 'secret_not_yet_valid') {
    return { code: verdict.reason, certain: true, ...skewed }
  }

  const explained = await explainSignature(suspect, parts)
  if (explained !== undefined) {
    return { ...told(explained), ...skewed }
  }
  if ('code' in prepared) return { code: linted ?? 'secret_malformed', certain: false, ...skewed }
  if (hasReplacements(body)) return { code: 'body_utf8_replaced', certain: false, ...skewed }
  if (evidence.budget.spent) return { code: 'search_cut_short', certain: false, ...skewed }
  return { code: 'invalid_signature', certain: false, ...skewed }
}

const worded = (
  { code, ok = false, certain = false, ...about }: Finding,
  checks: readonly DiagnosisCheck[],
): Diagnosis => ({
  ok,
  code,
  ...DIAGNOSES[code],
  certain,
  ...about,
  checks,
})

/** What a diagnosis may cost that its user asked for: enough for all known mistakes in a body of 1 MiB. */
const askedFor: BudgetLimits = { bytes: 256 * 1024 * 1024, workMs: 2000, totalMs: 20_000 }

/** {@link diagnose} within limits: a receiver's requests come from anybody. */
export const diagnoseWithin = async (
  limits: BudgetLimits,
  options: VerifyOptions,
): Promise<Diagnosis> => {
  const checks: DiagnosisCheck[] = []
  try {
    const body = toBytes(options.body)
    if (body === undefined) {
      checks.push({ name: 'body', ok: false, found: `of type ${typeof options.body}` })
      return worded({ code: 'body_already_parsed', certain: true }, checks)
    }
    const budget = openBudget(limits)
    const evidence: Evidence = {
      headers: options.headers,
      header: headerReader(options.headers),
      body,
      secret: options.secret,
      profile: options.profile ?? standardWebhooks(),
      toleranceSeconds: options.toleranceSeconds ?? 300,
      nowMs: (options.now ?? Date.now)(),
      budget,
      genuine: genuineWithin(budget),
    }
    return worded(await find(evidence, checks), checks)
  } catch (error) {
    const found = isWebhookError(error) ? error.message : 'they cannot be read'
    checks.push({ name: 'headers', ok: false, found })
    return worded({ code: 'missing_header', certain: false }, checks)
  }
}

/**
 * Says why a request does not verify: makes the checks in order, then tries the known mistakes and
 * names the one under which the signature is genuine. Slow (up to a few hundred HMACs, at most two seconds of
 * computing, giving way to everything else): for development, tests and `createReceiver({ diagnose: true })`,
 * never to answer a caller with.
 *
 * It never throws, and its answer holds no secret, no signature and nothing of the body.
 *
 * @example
 * const { code, message, fix } = await diagnose({ headers, body, secret })
 */
export const diagnose = (options: VerifyOptions): Promise<Diagnosis> =>
  diagnoseWithin(askedFor, options)
