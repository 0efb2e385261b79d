import { randomBytes } from 'node:crypto'

/** An event to deliver: its id and its bytes are the same in every attempt. */
export interface Message {
  /** `msg_…`: the value of `webhook-id` in every attempt. */
  readonly id: string
  readonly type: string
  /** The exact bytes of every attempt. */
  readonly body: Uint8Array
}

/** The fields of {@link createMessage}. */
export interface MessageInput {
  readonly type: string
  readonly data: unknown
  /** Default: a new `msg_…`. */
  readonly id?: string
  /** When the event happened, ISO 8601; default now. */
  readonly timestamp?: string
}

/**
 * A new message id: the time in milliseconds, and 80 random bits. Ids of the same time stand together in an index, which
 * costs far less than ids all over it. It has no dot: the signed content is `id.timestamp.body`.
 */
export const newMessageId = (): string =>
  `msg_${Date.now().toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`

/** Serialises an event once, for all its attempts. */
export const createMessage = (input: MessageInput): Message => {
  const id = input.id ?? newMessageId()
  const timestamp = input.timestamp ?? new Date().toISOString()
  const { type, data } = input
  return { id, type, body: Buffer.from(JSON.stringify({ id, type, timestamp, data })) }
}
