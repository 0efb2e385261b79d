import { createHash } from 'node:crypto'

/**
 * The id of an event's job. Hashed, because BullMQ refuses whole numbers and some colons, and takes an
 * empty text for no id at all.
 */
export const jobIdOf = (endpoint: string, id: string): string =>
  `wh_${createHash('sha256').update(`${endpoint}:${id}`).digest('base64url')}`
