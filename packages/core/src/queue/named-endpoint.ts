import { WebhookConfigurationError } from '../errors.ts'

/**
 * The receiver that the id of an event is looked up for: an id alone does not tell it.
 *
 * @throws WebhookConfigurationError `endpoint_missing` when it is not given
 */
export const namedEndpoint = (endpoint: string | undefined): string => {
  if (endpoint !== undefined) return endpoint
  throw new WebhookConfigurationError(
    'endpoint_missing',
    'The id of an event does not tell whose it is: each service has a delivery of its own.',
    "Pass the receiver's `endpoint` among the options, or an entry of the list instead of the id.",
  )
}
