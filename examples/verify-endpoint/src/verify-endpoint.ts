import type { Client, DeliveryWithAttempts, WebhookWithSecret } from '@ainexlayer/webhooks-client'

/** What is known about an endpoint after its first event. */
export interface EndpointCheck {
  readonly webhook: WebhookWithSecret
  /** The test's entry in the delivery log, with its attempt. */
  readonly delivery: DeliveryWithAttempts
  /** Whether the endpoint answered 2xx. */
  readonly verified: boolean
}

/**
 * Registers an endpoint, gives its receiver the secret, sends a test event and reads the delivery log: what a
 * deployment does before it relies on its webhooks.
 *
 * @param useSecret - gives the new secret to the receiver, for example by writing it to a secret store
 */
export const verifyEndpoint = async (
  client: Client,
  url: string,
  useSecret: (secret: string) => Promise<void>,
): Promise<EndpointCheck> => {
  const webhook = await client.webhooks.create({ url, events: ['*'] })
  await useSecret(webhook.secret)
  const { id } = await client.webhooks.test(webhook.id)
  const delivery = await client.deliveries.get(id)
  return { webhook, delivery, verified: delivery.status === 'delivered' }
}
