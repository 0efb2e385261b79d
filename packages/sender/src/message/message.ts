import { randomBytes } from 'node:crypto'

/** An event that is about to be delivered: its id and its bytes never change again, whatever the retries. */
export interface Message {
  /** `msg_…`: stable over all attempts, and what `webhook-id` carries. */
  readonly id: string
  readonly type: string
  /** The exact bytes of every attempt. */
  readonly body: Uint8Array
}

/** What {@link createMessage} needs. */
export interface MessageInput {
  readonly type: string
  readonly data: unknown
  /** Default: a fresh `msg_…`. */
  readonly id?: string
  /** When the event happened, ISO 8601; default now. */
  readonly timestamp?: string
}

/** A fresh message id. No dot in it: the signed content is `id.timestamp.body`. */
export const newMessageId = (): string => `msg_${randomBytes(16).toString('hex')}`

/** Serialises an event once, for all the attempts to come. */
export const createMessage = (input: MessageInput): Message => {
  const id = input.id ?? newMessageId()
  const timestamp = input.timestamp ?? new Date().toISOString()
  const { type, data } = input
  return { id, type, body: Buffer.from(JSON.stringify({ id, type, timestamp, data })) }
}
