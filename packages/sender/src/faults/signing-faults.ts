import { gzipSync } from 'node:zlib'
import { type FullFault, faultOf } from './fault.ts'

/** What is signed, and with what. */
export interface SigningPlan {
  readonly id: string
  /** As the header has it. */
  readonly timestamp: string
  readonly body: Uint8Array
  /** Every one of them signs. */
  readonly secrets: readonly string[]
}

/** A secret that no receiver knows. */
const unknownSecret = `whsec_${Buffer.alloc(24, 0x5a).toString('base64')}`

const timestampOf = (plan: SigningPlan, faults: readonly FullFault[]): string => {
  const fault = faultOf(faults, 'timestamp')
  const seconds = Number(plan.timestamp)
  switch (fault?.how) {
    case 'offset':
      return String(seconds + fault.offsetSeconds)
    case 'milliseconds':
      return String(seconds * 1000)
    case 'float':
      return `${seconds}.5`
    case 'text':
      return new Date(seconds * 1000).toISOString()
    default:
      return plan.timestamp
  }
}

const idOf = (plan: SigningPlan, faults: readonly FullFault[]): string => {
  switch (faultOf(faults, 'idTrick')?.how) {
    case 'dot':
      return `${plan.id}.dot`
    case 'huge':
      return plan.id + 'x'.repeat(10_000)
    default:
      return plan.id
  }
}

const secretsOf = (
  plan: SigningPlan,
  retired: readonly string[],
  faults: readonly FullFault[],
): readonly string[] => {
  if (faultOf(faults, 'badSignature')?.how === 'wrongSecret') return [unknownSecret]
  const [current = unknownSecret, ...others] = plan.secrets
  const old = others[0] ?? retired[0] ?? unknownSecret
  switch (faultOf(faults, 'secretRotation')?.how) {
    case 'old':
      return [old]
    case 'new':
      return [current]
    case 'both':
      return [current, old]
    case 'expired':
      return [retired[0] ?? unknownSecret]
    default:
      return plan.secrets
  }
}

interface Envelope {
  readonly data?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

const change = (body: Uint8Array, edit: (event: Envelope) => object): Uint8Array =>
  Buffer.from(JSON.stringify(edit(JSON.parse(Buffer.from(body).toString()))))

/** Bytes that are more than any receiver takes. */
const oversizeBytes = 2 * 1024 * 1024

const payloadOf = (body: Uint8Array, faults: readonly FullFault[]): Uint8Array => {
  const text = Buffer.from(body).toString()
  const withField = (field: string): Uint8Array => Buffer.from(`${text.slice(0, -1)},${field}}`)
  switch (faultOf(faults, 'payload')?.how) {
    case 'notJson':
      return Buffer.from('this is not JSON')
    case 'invalidUtf8':
      return Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])
    case 'oversize':
      return withField(`"padding":"${'x'.repeat(oversizeBytes)}"`)
    case 'deepNesting':
      return withField(`"deep":${'['.repeat(5000)}${']'.repeat(5000)}`)
    case 'duplicateKeys':
      return withField('"type":"user.login"')
    case 'protoKey':
      return withField('"__proto__":{"polluted":true}')
    case 'bigInt':
      return withField('"big":123456789012345678901234567890')
    default:
      return body
  }
}

const schemaOf = (body: Uint8Array, faults: readonly FullFault[]): Uint8Array => {
  switch (faultOf(faults, 'schema')?.how) {
    case 'unknownType':
      return change(body, (event) => ({ ...event, type: 'platform.unheard_of' }))
    case 'missingField':
      return change(body, (event) => ({ ...event, data: {} }))
    case 'extraField':
      return change(body, (event) => ({ ...event, data: { ...event.data, unheardOf: 1 } }))
    case 'newEnumValue':
      return change(body, (event) => ({ ...event, data: { ...event.data, role: 'unheard-of' } }))
    default:
      return body
  }
}

/** Applies the faults that change what is signed: what comes of them carries a genuine signature over it. */
export const spoilSigning = (
  plan: SigningPlan,
  retired: readonly string[],
  faults: readonly FullFault[],
): SigningPlan => {
  const schema = schemaOf(payloadOf(plan.body, faults), faults)
  const other =
    faultOf(faults, 'idTrick')?.how === 'sameIdOtherBody'
      ? change(schema, (event) => ({ ...event, note: 'other bytes under the same id' }))
      : schema
  return {
    id: idOf(plan, faults),
    timestamp: timestampOf(plan, faults),
    secrets: secretsOf(plan, retired, faults),
    body: faultOf(faults, 'encoding')?.how === 'gzip' ? gzipSync(other) : other,
  }
}
