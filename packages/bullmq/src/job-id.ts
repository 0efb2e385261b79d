import { createHash } from 'node:crypto'
import { type EventIdentity, eventKey } from '@ainexlayer/webhooks/queue'

/**
 * The id of an event's job. Hashed, because BullMQ rejects integers and some colons, and treats an empty
 * string as no id.
 */
export const jobIdOf = async (event: EventIdentity): Promise<string> =>
  `wh_${createHash('sha256')
    .update(await eventKey(event))
    .digest('base64url')}`
