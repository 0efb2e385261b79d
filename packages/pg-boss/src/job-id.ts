import { createHash } from 'node:crypto'
import { type EventIdentity, eventKey } from '@ainexlayer/webhooks/queue'

/** The namespace of our UUIDs: random, and never to be changed, because jobs are recognised by it. */
const namespace = Buffer.from('7a0c6b1e4d0f4f0c9b7e2f6c1d3a5e48', 'hex')

/** The id of an event's job: pg-boss requires a UUID, here version 5 (RFC 9562) of the event's key. */
export const jobIdOf = async (event: EventIdentity): Promise<string> => {
  const bytes = createHash('sha1')
    .update(namespace)
    .update(await eventKey(event))
    .digest()
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
