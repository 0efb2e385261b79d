import { gzipSync } from 'node:zlib'
import { type FullFault, faultOf } from '@ainexlayer/webhooks-contract'
import { type Envelope, editJson } from './edit-json.ts'

/** What is signed, and with which secrets. */
export interface SigningPlan {
  readonly id: string
  /** As in the header. */
  readonly timestamp: string
  readonly body: Uint8Array
  /** All of them sign. */
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

/** More bytes than any receiver accepts. */
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

/** The fields of the platform's events that are enumerations. */
const enumFields = ['role', 'status', 'reason', 'method']

/** An event without such a field gets one. */
const withNewEnumValue = (event: Envelope): Envelope => {
  const field = enumFields.find((name) => event.data !== undefined && name in event.data) ?? 'role'
  return { ...event, data: { ...event.data, [field]: 'unheard-of' } }
}

const schemaOf = (body: Uint8Array, faults: readonly FullFault[]): Uint8Array => {
  switch (faultOf(faults, 'schema')?.how) {
    case 'unknownType':
      return editJson(body, (event) => ({ ...event, type: 'platform.unheard_of' }))
    case 'missingField':
      return editJson(body, (event) => ({ ...event, data: {} }))
    case 'extraField':
      return editJson(body, (event) => ({ ...event, data: { ...event.data, unheardOf: 1 } }))
    case 'newEnumValue':
      return editJson(body, withNewEnumValue)
    default:
      return body
  }
}

/** Applies the faults that change what is signed: the result has a valid signature. */
export const spoilSigning = (
  plan: SigningPlan,
  retired: readonly string[],
  faults: readonly FullFault[],
): SigningPlan => {
  // After `payload` the body may not be JSON, so the faults that edit JSON come first.
  const schema = schemaOf(plan.body, faults)
  const other =
    faultOf(faults, 'idTrick')?.how === 'sameIdOtherBody'
      ? editJson(schema, (event) => ({ ...event, note: 'other bytes under the same id' }))
      : schema
  const body = payloadOf(other, faults)
  return {
    id: idOf(plan, faults),
    timestamp: timestampOf(plan, faults),
    secrets: secretsOf(plan, retired, faults),
    body: faultOf(faults, 'encoding')?.how === 'gzip' ? gzipSync(body) : body,
  }
}
