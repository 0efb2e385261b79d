import type { Client, Delivery, DeliveryWithAttempts } from '@ainexlayer/webhooks-client'
import { CliError } from '../errors/cli-error.ts'
import { outcomeIn } from '../output/answer-outcome.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { apiClient } from './api-client.ts'
import type { Triggered, TriggerOptions } from './trigger-options.ts'

const isFinal = ({ status }: Delivery): boolean =>
  status === 'delivered' || status === 'failed' || status === 'cancelled'

/** Waits until a delivery has ended. */
const ended = async (client: Client, id: string, world: World): Promise<DeliveryWithAttempts> => {
  for (;;) {
    const delivery = await client.deliveries.get(id, { signal: world.signal })
    if (isFinal(delivery)) return delivery
    await world.clock.sleep(200, world.signal)
  }
}

const dataIn = (body: Uint8Array): unknown => {
  const event: { data?: unknown } = JSON.parse(Buffer.from(body).toString())
  return event.data
}

/** Emits events through the API, to all its webhooks; resolves with whether all that was waited for was delivered. */
export const sendThroughApi = async (
  options: TriggerOptions,
  { messages, faults, spacingMs }: Triggered,
  world: World,
  out: Output,
): Promise<boolean> => {
  const client = apiClient(options, world, out)
  let isDelivered = true
  for (const [index, message] of messages.entries()) {
    if (index > 0 && spacingMs > 0) await world.clock.sleep(spacingMs, world.signal)
    const { type, id } = message
    const emitted = await client.events.emit(
      {
        type,
        id,
        data: dataIn(message.body),
        validate: false,
        ...(options.timestamp !== undefined && { timestamp: options.timestamp }),
        ...(faults.length > 0 && { faults }),
      },
      { signal: world.signal },
    )
    const sent = emitted.deliveries.length
    out.data({ type, ...emitted }, `--> ${type}  ${id}  to ${sent} webhook${sent === 1 ? '' : 's'}`)
    if (!options.wait) continue
    if (sent === 0) {
      throw new CliError(
        'api_refused',
        `No webhook gets ${type}, so there is nothing to wait for.`,
        'Create one (`webhooks create URL`), or start `dev URL`.',
      )
    }
    for (const { id: deliveryId } of emitted.deliveries) {
      const delivery = await ended(client, deliveryId, world)
      const { status, attemptCount, lastStatusCode, lastError } = delivery
      const outcome = outcomeIn(delivery.attempts.at(-1)?.response?.body)
      const answer = lastStatusCode ?? lastError?.code ?? 'none'
      out.data(
        delivery,
        `<-- ${answer}  ${deliveryId}  ${status} after ${attemptCount} attempt${attemptCount === 1 ? '' : 's'}${outcome === undefined ? '' : `  ${outcome}`}`,
      )
      if (status !== 'delivered') isDelivered = false
    }
  }
  return isDelivered
}
