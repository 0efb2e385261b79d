import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import type { HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { FastifyInstance } from 'fastify'

const closed = new WeakSet<HandlingReceiver>()

/**
 * Closes the receiver when the app begins to close: new deliveries get 503, and those under way end or give their claims
 * back. Fastify itself would wait for their requests without a limit, and not for what goes on behind them.
 *
 * @throws WebhookConfigurationError `option_invalid` for a receiver that was closed with another app
 */
export const closeWithApp = (
  scope: FastifyInstance,
  receiver: HandlingReceiver,
  closeTimeoutMs: number | false | undefined,
): void => {
  if (closed.has(receiver)) {
    throw new WebhookConfigurationError(
      'option_invalid',
      '`receiver` was closed together with another app.',
      'Make it where you make the app, or pass `closeTimeoutMs: false` for one that several apps share.',
    )
  }
  if (closeTimeoutMs === false) return
  scope.addHook('preClose', async () => {
    closed.add(receiver)
    await receiver.close?.(closeTimeoutMs === undefined ? {} : { timeoutMs: closeTimeoutMs })
  })
}
