import { toBytes } from '../../encoding/bytes.ts'
import { decodeUtf8, encodeUtf8 } from '../../encoding/utf8.ts'
import { type HeaderReader, headerReader } from '../../signature/headers.ts'
import type { Profile } from '../../signature/profiles/profile.ts'
import { isSignature } from '../../signature/written-signature.ts'
import { type CapturedRequest, captured, isIdName, type SignatureSite } from './captured-request.ts'
import { inferEnvelope } from './infer-envelope.ts'
import type { Inference, InferenceInput, InferredProfile } from './inference.ts'
import {
  profilesFor,
  secretSource,
  sourceOf,
  type Template,
  templateOf,
  type WrittenProfile,
  withEnvelope,
} from './inferred-profile.ts'
import { type OtherAlgorithm, otherAlgorithm } from './other-algorithm.ts'
import { concat, largestBody, type Match, searchMatches, textOf } from './search-matches.ts'
import { secretReadings } from './secret-readings.ts'
import type { Surroundings } from './signed-forms.ts'

/** Whether a profile finds this signature in the request, over this text. */
const describes = (profile: Profile, header: HeaderReader, { site, form }: Match): boolean => {
  const parts = profile.extract(header)
  if (!parts.ok || parts.prefix !== textOf(form.pieces)) return false
  const written = site.value.slice(site.digest.start, site.digest.end)
  return parts.signatures.some((text) => isSignature(text, parts) && text.endsWith(written))
}

/** The profile that describes a match, or why there is none. */
const describe = (
  match: Match,
  template: Template,
  header: HeaderReader,
): WrittenProfile | { readonly refused: string } => {
  const { form, site } = match
  if (form.behind.length > 0) {
    return {
      refused:
        'Something is signed behind the body, and a profile cannot describe that: ask for a signature over `timestamp.body`.',
    }
  }
  if (form.fromBody) {
    return {
      refused:
        'A value out of the body is signed in front of it, and a profile reads nothing of a body before it is verified.',
    }
  }
  let refused =
    'No built-in profile describes the header of this signature: write an object of the type `Profile`.'
  for (const written of profilesFor(site, template)) {
    if ('refused' in written) refused = written.refused
    else if (describes(written.profile, header, match)) return written
  }
  return { refused }
}

const hashAsId =
  'No id of the event is signed, and the hash of the body stands for it: a second genuine event with the same bytes counts as a repetition and is NOT run. Ask the sender for an id in the body.'

const missingOf = (
  { form, reading }: Match,
  { id, time }: Template,
  { times, others }: CapturedRequest,
): readonly string[] => {
  const signed = new Set<unknown>([...form.pieces, ...form.behind])
  const missing: string[] = []
  if (time === undefined) {
    missing.push(
      'No time is signed in front of the body: there is no replay window, and a captured request stays valid for ever; only idempotency keeps it from running twice.',
    )
  }
  for (const value of times) {
    if (!signed.has(value)) {
      missing.push(`The timestamp in ${value.header} is not signed: it is not used.`)
    }
  }
  for (const value of id === undefined ? others : []) {
    if (isIdName(value.header) && !signed.has(value)) {
      missing.push(`The id in ${value.header} is not signed: it is not used.`)
    }
  }
  if (reading.key.length < 24) {
    missing.push(`The secret has ${reading.key.length} bytes, fewer than the 24 that are usual.`)
  }
  return missing
}

const inferred = (
  match: Match,
  request: CapturedRequest,
  header: HeaderReader,
  { body, secret }: { readonly body: Uint8Array; readonly secret: string | Uint8Array },
): InferredProfile => {
  const { site, form, reading } = match
  const template = templateOf(form)
  const described = describe(match, template, header)
  const envelope = inferEnvelope(body, request.others, template.id !== undefined)
  const written = 'refused' in described ? undefined : withEnvelope(described, envelope.options)
  const prefixed = typeof secret === 'string' && secret.trim().startsWith('whsec_')
  const configured = written && secretSource(reading, written, prefixed)
  const missing = missingOf(match, template, request)
  return {
    profile: written?.profile,
    source: written && configured && sourceOf(written, configured.source),
    secretEncoding: configured?.encoding,
    header: site.header,
    signed: template.signed,
    replayWindow: written !== undefined && template.time !== undefined,
    idFrom: written !== undefined && template.id !== undefined ? 'header' : 'body',
    envelope: envelope.options,
    envelopeFound: envelope.found,
    missing: [
      ...('refused' in described ? [described.refused] : []),
      ...(envelope.found && envelope.idIsHash ? [hashAsId] : []),
      ...missing,
    ],
    notes: envelope.notes,
  }
}

/** Values in a body that may be signed once more in front of it. */
const valuesOf = (body: Uint8Array): readonly string[] => {
  try {
    const value: unknown = JSON.parse(decodeUtf8(body) ?? '')
    if (typeof value !== 'object' || value === null) return []
    const names = new Set([
      'id',
      'event_id',
      'eventId',
      'timestamp',
      'created_at',
      'createdAt',
      'created',
    ])
    return Object.entries(value)
      .filter(([name, field]) => names.has(name) && /^(?:string|number)$/.test(typeof field))
      .map(([, field]) => String(field))
      .slice(0, 3)
  } catch {
    return []
  }
}

const targetsOf = (url: string | undefined): readonly string[] => {
  if (url === undefined) return []
  const path = /^[a-z]+:\/\/[^/]+(\/[^?#]*)(.*)$/i.exec(url)
  return path === null ? [url] : [...new Set([path[1] ?? '', `${path[1]}${path[2]}`, url])]
}

const surroundingsOf = (
  { method = 'POST', url }: InferenceInput,
  { sites }: CapturedRequest,
  body: Uint8Array,
): Surroundings => {
  const named = sites.flatMap(({ marks }) => marks.map((mark) => /^(v\d+)\W/.exec(mark)?.[1]))
  const versions = new Set([...named.filter((version) => version !== undefined), 'v0', 'v1'])
  return {
    method,
    targets: targetsOf(url),
    bodyValues: valuesOf(body),
    versions: [...versions].slice(0, 3),
  }
}

const messageOf = (
  [match]: readonly InferredProfile[],
  sites: readonly SignatureSite[],
  other: OtherAlgorithm | undefined,
): string => {
  if (match !== undefined) {
    const signed = match.signed.replaceAll('\r', '\\r').replaceAll('\n', '\\n')
    return match.profile === undefined
      ? `HMAC-SHA256 in ${match.header}, over ${signed}; no profile can describe it.`
      : `HMAC-SHA256 in ${match.header}, over ${signed}.`
  }
  if (other !== undefined) {
    const verb = other.proven ? 'is' : 'looks like'
    return `The signature in ${other.header} ${verb} ${other.name}, and not the HMAC-SHA256 that the platform's page promises.`
  }
  return sites.length === 0
    ? 'No header holds a value as long as an HMAC-SHA256: the request is not signed, or a proxy dropped its signature.'
    : 'No way to sign that is known gives the signature of this request: most likely another secret was used, or the body was changed.'
}

const infer = async (input: InferenceInput): Promise<Inference> => {
  const body = toBytes(input.body)
  if (body === undefined || body.length > largestBody) {
    const what = body === undefined ? 'is no bytes and no text' : 'is larger than 1 MiB'
    return {
      ...nothing,
      message: `The body ${what}: pass the bytes that arrived, of a small request.`,
    }
  }
  const header = headerReader(input.headers)
  const request = captured(input.headers, header)
  const readings = secretReadings(input.secret)
  const around = surroundingsOf(input, request, body)
  const { matches: found, hmacs } =
    request.sites.length === 0
      ? { matches: [], hmacs: 0 }
      : await searchMatches(request, around, body, readings)
  const matches = found
    .map((match) => inferred(match, request, header, { body, secret: input.secret }))
    .sort((a, b) => Number(a.profile === undefined) - Number(b.profile === undefined))
  const texts = [
    body,
    ...request.times.flatMap(({ text }) => [concat(encodeUtf8(`${text}.`), body)]),
  ]
  const other =
    matches.length > 0
      ? undefined
      : await otherAlgorithm(
          input.headers,
          header,
          readings.map(({ key }) => key),
          texts,
        )
  return {
    ok: matches.length > 0,
    matches,
    message: messageOf(matches, request.sites, other),
    tried: {
      hmacs,
      signatureHeaders: [...new Set(request.sites.map((site) => site.header))],
      signedHeaders: [
        ...new Set([...request.times, ...request.others].map((value) => value.header)),
      ],
      secretEncodings: [...new Set(readings.map(({ encoding }) => encoding))],
    },
    ...(other === undefined ? {} : { otherAlgorithm: other }),
  }
}

const nothing: Inference = {
  ok: false,
  matches: [],
  message: '',
  tried: { hmacs: 0, signatureHeaders: [], signedHeaders: [], secretEncodings: [] },
}

/**
 * Finds out how a captured request was signed, and writes the profile that verifies it: tries the plausible signed
 * texts with every reading of the secret against every value in the headers that is as long as an HMAC-SHA256. What
 * it answers is proven by the signature.
 *
 * For setting up a receiver, not for running one: it takes up to 5,000 HMACs, and gives way to everything else
 * meanwhile. It never throws, and its answer holds no secret, no signature and nothing of the body.
 *
 * @example
 * const { ok, message, matches } = await inferProfile({ headers, body, secret })
 * console.log(ok ? matches[0].source : message)
 */
export const inferProfile = async (input: InferenceInput): Promise<Inference> => {
  try {
    return await infer(input)
  } catch {
    return { ...nothing, message: 'The headers, the body or the secret cannot be read.' }
  }
}
