/** The only route of the app for Next; the variant comes from its process. */
import { webhookHandler } from '@ainexlayer/webhooks-next'
import { receiverOf, type Variant, workOf } from './work.ts'

// While Next builds the app, there is no variant, and no connection may be opened.
const variant = (process.env['BENCH_VARIANT'] ?? 'bare') as Variant
const receiver = receiverOf(variant)
const work = workOf(variant)

export const POST = receiver
  ? webhookHandler(receiver)
  : async (request: Request): Promise<Response> => {
      const body = Buffer.from(await request.arrayBuffer())
      return new Response('ok', { status: await work((name) => request.headers.get(name), body) })
    }
