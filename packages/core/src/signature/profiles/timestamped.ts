import { assertOptions, type OptionNames } from '../../check-options.ts'
import { writeSignature } from '../write-signature.ts'
import type { SignatureForm } from '../written-signature.ts'
import { assertForm } from './check-form.ts'
import { type EnvelopeNames, standardEnvelope } from './envelope.ts'
import type { Profile } from './profile.ts'
import { maxSignatures } from './signed-fields.ts'
import { type SignedTextOptions, signedText } from './signed-text.ts'

/** Options of {@link timestamped}. */
export interface TimestampedOptions extends SignedTextOptions {
  /** The header with timestamp and signature, default `X-AINexLayer-Signature`. */
  readonly header?: string
  /** The name of the timestamp in that header, default `t`. */
  readonly timestampField?: string
  /** The name of the signature in that header, default `v1`. */
  readonly signatureField?: string
  /** What separates the fields of that header, default a comma; spaces around it do no harm. */
  readonly separator?: ',' | ';' | ' '
  /** How the signature is written, default `hex`. */
  readonly encoding?: SignatureForm['encoding']
  /** The signed text, default `{timestamp}.{body}`. See {@link SignedTextOptions}. */
  readonly signed?: string
  /** What differs in the JSON from `{ type, timestamp, data, id }`. */
  readonly envelope?: Partial<EnvelopeNames>
}

/** The names of the two fields as they are looked for, and what separates them. */
interface FieldNames {
  readonly time: string
  readonly signature: string
  readonly separator: string
}

/** `t=1614265330,v1=…`: what is neither of the two is ignored. */
const readFields = (
  value: string,
  names: FieldNames,
): { times: string[]; signatures: string[] } => {
  const times: string[] = []
  const signatures: string[] = []
  for (const field of value.split(names.separator, maxSignatures + 1)) {
    const text = field.trim()
    if (text.startsWith(names.time)) times.push(text.slice(names.time.length))
    else if (text.startsWith(names.signature)) signatures.push(text)
  }
  return { times, signatures }
}

const optionNames: OptionNames<TimestampedOptions> = {
  header: 1,
  timestampField: 1,
  signatureField: 1,
  separator: 1,
  encoding: 1,
  signed: 1,
  timestampUnit: 1,
  idHeader: 1,
  envelope: 1,
}

/**
 * One header `t=<unix seconds>,v1=<signature>` over `timestamp.body`, as Stripe sends it; several
 * `v1` may follow. The id comes from `idHeader`, else from the signed body (`id`), else it is the SHA-256 of the body.
 *
 * @throws WebhookConfigurationError `option_invalid` when `signed` cannot be verified
 */
export const timestamped = (options: TimestampedOptions = {}): Profile => {
  assertOptions<TimestampedOptions>('timestamped', options, optionNames)
  const name = (options.header ?? 'X-AINexLayer-Signature').toLowerCase()
  const names: FieldNames = {
    time: `${options.timestampField ?? 't'}=`,
    signature: `${options.signatureField ?? 'v1'}=`,
    separator: options.separator ?? ',',
  }
  const form: SignatureForm = { mark: names.signature, encoding: options.encoding ?? 'hex' }
  assertForm('timestamped', name, form.encoding)
  const timestamp = { option: 'timestampField', given: true }
  const text = signedText(options.signed ?? '{timestamp}.{body}', options, timestamp)

  return {
    name: 'timestamped',
    secretEncoding: 'utf8',
    keptHeaders: text.names,
    envelope: { ...standardEnvelope, ...options.envelope },
    extract: (header) => {
      const value = header(name)
      if (!value) return { ok: false, code: 'missing_header', header: name }
      const { times, signatures } = readFields(value, names)
      const [time] = times
      if (time === undefined || time === '' || times.length > 1) {
        return { ok: false, code: 'malformed_header', header: name }
      }
      const read = text.read(header, time, name)
      if (!read.ok) return read
      const { id, signedAt, prefix } = read
      return {
        ok: true,
        id,
        signedAt,
        prefix,
        signatures,
        mark: form.mark,
        encoding: form.encoding,
      }
    },
    headers: async ({ id, signedAt, hmac, headers: given }) => {
      const { prefix, time, headers } = text.write(id, signedAt, given)
      const signature = writeSignature(await hmac(prefix), form)
      return { ...headers, [name]: `${names.time}${time}${names.separator}${signature}` }
    },
  }
}
