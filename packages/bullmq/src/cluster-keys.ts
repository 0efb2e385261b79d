import { WebhookConfigurationError } from '@ainexlayer/webhooks'

const isCluster = (connection: unknown): boolean =>
  typeof connection === 'object' &&
  connection !== null &&
  'isCluster' in connection &&
  connection.isCluster === true

/** Redis Cluster keeps keys with the same text in braces in the same slot. */
const hashTag = /\{[^}]+\}/

/**
 * Checks that all keys of a queue are in one slot of a Redis Cluster. Otherwise Redis refuses every call (CROSSSLOT).
 *
 * @throws WebhookConfigurationError `option_invalid` if they are not
 */
export const assertOneSlot = (connection: unknown, prefix: string | undefined, queue: string) => {
  if (!isCluster(connection) || hashTag.test(`${prefix}:${queue}`)) return
  throw new WebhookConfigurationError(
    'option_invalid',
    `The keys of the queue \`${queue}\` are in different slots of the Redis Cluster.`,
    "Pass `prefix: '{webhooks}'` to the Queue and to the worker: the braces keep all keys in one slot.",
  )
}
