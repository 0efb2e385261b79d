/**
 * Settings for `boss.createQueue` that suit webhooks: 8 retries, from half a minute to about an hour
 * apart, and ten minutes until a killed worker's job runs again (longer than `maxRunMs`).
 *
 * @example
 * await boss.createQueue('webhooks', { name: 'webhooks', ...webhookQueueOptions, deadLetter: 'webhooks-dead' })
 */
export const webhookQueueOptions = {
  retryLimit: 8,
  retryDelay: 30,
  retryBackoff: true,
  expireInSeconds: 600,
} as const
