import { WebhookConfigurationError } from '../errors.ts'
import type { EventCatalog } from '../events/catalog.ts'
import type { ReceiverOptions } from './options.ts'

/**
 * The name of the receiver, required where another service can come to its events. A store in plain JavaScript that does
 * not say whether it is shared is taken for one that is.
 */
export const endpointOf = ({
  endpoint,
  store,
  dispatch,
  park,
}: Pick<
  ReceiverOptions<EventCatalog, unknown>,
  'endpoint' | 'store' | 'dispatch' | 'park'
>): string => {
  const isShared = store !== undefined && store.shared !== false
  if (endpoint === undefined && (isShared || dispatch || park)) {
    throw new WebhookConfigurationError(
      'endpoint_missing',
      '`endpoint` is missing: it tells services on one store apart.',
      "Name this service: `endpoint: 'billing'`.",
    )
  }
  return endpoint ?? 'default'
}
