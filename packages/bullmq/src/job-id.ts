import { createHash } from 'node:crypto'

/**
 * The id of an event's job. Hashed, because BullMQ rejects integers and some colons, and treats an empty
 * string as no id.
 */
export const jobIdOf = (endpoint: string, id: string): string =>
  `wh_${createHash('sha256').update(`${endpoint}:${id}`).digest('base64url')}`
