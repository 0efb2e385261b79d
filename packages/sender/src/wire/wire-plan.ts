import { createHash } from 'node:crypto'
import {
  type FullFault,
  faultOf,
  profileHeaders,
  type SigningProfile,
} from '@ainexlayer/webhooks-contract'
import { spoilBody } from '../faults/body-faults.ts'
import { type HeaderLine, spoilHeaders } from '../faults/header-faults.ts'
import { spoilSigning } from '../faults/signing-faults.ts'
import type { Message } from '../message/message.ts'
import { signFor } from './signatures.ts'

/** One attempt as plain data: everything that goes over the wire, and how. */
export interface WirePlan {
  readonly url: string
  readonly headers: readonly HeaderLine[]
  readonly body: Uint8Array
  /** What was signed: `prefix` and then `body`, before faults changed what is sent. */
  readonly signed: { readonly prefix: string; readonly body: Uint8Array }
  /** How the receiver knows where the body ends: its length, chunks, or the end of the connection. */
  readonly framing: 'length' | 'chunked' | 'none'
  /** Milliseconds from the start to the end of the answer. */
  readonly timeoutMs: number
  readonly headersBytesPerSecond: number | undefined
  readonly bodyBytesPerSecond: number | undefined
  /** Whether the connection is shared and kept open; an attempt with faults has its own. */
  readonly keepsConnection: boolean
  /** Where the connection is closed on purpose. */
  readonly cut: 'beforeRequest' | 'midHeaders' | 'afterBody' | number | undefined
}

/** The input of {@link planAttempt}. */
export interface PlanInput {
  readonly url: string
  readonly message: Message
  readonly number: number
  readonly deliveryId: string | undefined
  readonly secrets: readonly string[]
  readonly retiredSecrets: readonly string[]
  readonly customHeaders: Readonly<Record<string, string>>
  /** Unix seconds. */
  readonly timestamp: number
  readonly timeoutMs: number
  readonly profile: SigningProfile
  readonly faults: readonly FullFault[]
}

const userAgent = 'AINexLayer-Webhooks/0.1 (reference-sender)'

const framingOf = (faults: readonly FullFault[]): WirePlan['framing'] => {
  const how = faultOf(faults, 'encoding')?.how
  if (how === 'chunked') return 'chunked'
  return how === 'noLength' ? 'none' : 'length'
}

const cutOf = (faults: readonly FullFault[], body: Uint8Array): WirePlan['cut'] => {
  if (faultOf(faults, 'ackLost') !== undefined) return 'afterBody'
  const truncated = faultOf(faults, 'truncate')
  if (truncated !== undefined) return Math.min(truncated.atByte, Math.max(0, body.length - 1))
  const when = faultOf(faults, 'dropConnection')?.when
  return when === 'midBody' ? Math.floor(body.length / 2) : when
}

/** The plan as far as a fault may change it, to compare. */
const comparable = ({ body, signed, ...plan }: WirePlan): string =>
  JSON.stringify([
    { ...plan, keepsConnection: undefined },
    signed.prefix,
    ...[body, signed.body].map((bytes) => createHash('sha256').update(bytes).digest('hex')),
  ])

/** Whether a fault changed the plan: where it left no trace, it did not happen. */
const changed = (plan: WirePlan, input: PlanInput, fault: FullFault): boolean => {
  const without = { ...input, faults: input.faults.filter((other) => other !== fault) }
  return comparable(planAttempt(without)) !== comparable(plan)
}

/** The faults that show in a plan. Copies are made of the plan as a whole, so they are in no plan. */
export const appliedFaults = (plan: WirePlan, input: PlanInput): readonly FullFault[] =>
  input.faults.filter(
    (fault) =>
      fault.kind === 'duplicate' || fault.kind === 'replayBurst' || changed(plan, input, fault),
  )

/** Plans an attempt: signs the bytes for its time, and applies the faults. */
export const planAttempt = (input: PlanInput): WirePlan => {
  const { message, faults } = input
  const plain = {
    id: message.id,
    timestamp: String(input.timestamp),
    body: message.body,
    secrets: input.secrets,
  }
  const signing = spoilSigning(plain, input.retiredSecrets, faults)
  const signed = signFor(input.profile, signing)
  const lines: readonly HeaderLine[] = [
    ['content-type', 'application/json'],
    ['user-agent', userAgent],
    ...signed.headers,
    // Hints for people who read traffic. They are not signed: a receiver must not rely on them.
    ['x-ainexlayer-event', message.type],
    ['x-ainexlayer-attempt', String(input.number)],
    ...(input.deliveryId === undefined
      ? []
      : ([['x-ainexlayer-delivery', input.deliveryId]] as const)),
    ...Object.entries(input.customHeaders),
  ]
  const body = spoilBody(signing.body, faults)
  const impatient = faultOf(faults, 'impatient')
  return {
    url: input.url,
    headers: spoilHeaders(lines, faults, profileHeaders(input.profile)),
    body,
    signed: { prefix: signed.prefix, body: signing.body },
    framing: framingOf(faults),
    timeoutMs: Math.min(input.timeoutMs, impatient?.timeoutMs ?? input.timeoutMs),
    headersBytesPerSecond: faultOf(faults, 'slowHeaders')?.bytesPerSecond,
    bodyBytesPerSecond: faultOf(faults, 'slowBody')?.bytesPerSecond,
    keepsConnection: faults.length === 0,
    cut: cutOf(faults, body),
  }
}
