import { assertMounted, type HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { Context } from 'hono'
import { HonoRequest, type HonoRequestOptions } from './hono-request.ts'

/**
 * The whole receiver as one Hono route, on any runtime: verifies, deduplicates, runs the handlers and
 * answers. On Workers, a `secret` function gets the bindings as `env`.
 *
 * @example
 * app.post('/webhooks/ainexlayer', webhookHandler(receiver))
 */
export const webhookHandler = (
  receiver: HandlingReceiver,
  options: HonoRequestOptions = {},
): ((c: Context) => Promise<Response>) => {
  assertMounted(receiver, 'handle', options)
  return async (c) => {
    const request = new HonoRequest(c, options)
    const { status, headers, body } = await receiver.handle(request)
    await request.drain()
    return new Response(body, { status, headers })
  }
}
