import { WebhookConfigurationError } from '@ainexlayer/webhooks'

/**
 * The name of pg-boss's table of jobs, for statements.
 *
 * @throws WebhookConfigurationError `option_invalid` if `schema` is not a plain name
 */
export const jobTable = (schema: string): string => {
  if (/^[a-z_]\w{0,62}$/i.test(schema)) return `${schema}.job`
  throw new WebhookConfigurationError(
    'option_invalid',
    '`schema` is not a plain name.',
    'Pass the schema that pg-boss uses.',
  )
}
