import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import type { JobsOptions } from 'bullmq'

/** What makes BullMQ drop a job, keep it under another id, or tie it to other jobs. */
const diverting = [
  'jobId',
  'deduplication',
  'debounce',
  'repeat',
  'repeatJobKey',
  'parent',
] as const

/**
 * BullMQ's job options, without those that would keep an event from being a job of its own. The job's id comes from the
 * event's: it keeps a redelivery from running twice.
 */
export type JobOptions = Omit<JobsOptions, (typeof diverting)[number]>

/**
 * Checks that every event becomes a job of its own. An event whose job BullMQ drops would be lost after a 202.
 *
 * @throws WebhookConfigurationError `option_invalid` with the option's name
 */
export const assertOwnJob = (options: JobOptions): void => {
  for (const name of diverting) {
    if (Reflect.get(options, name) === undefined) continue
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`jobOptions\` has \`${name}\`, with which BullMQ may drop an event that was accepted, or keep it under another id.`,
      'Leave it out: one event is one job already, and its id comes from the event.',
    )
  }
}
