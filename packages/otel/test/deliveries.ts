import { createReceiver, PermanentFailure, type ReceiverOptions } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** What no span and no metric may hold. */
export const privateText = 'a-very-private-text'

/** The sender's trace context. */
export const sent = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
}

export const senderTrace = `00-${sent.traceId}-${sent.spanId}-01`

export const signed = async (
  id: string,
  type: 'chat.message' | 'user.login' = 'chat.message',
  timestamp = new Date().toISOString(),
) => {
  const event =
    type === 'chat.message' ? fixture(type, { content: privateText }) : fixture('user.login')
  const request = await signedRequest({ event: { ...event, id, timestamp }, id })
  return { ...request, headers: { ...request.headers, traceparent: senderTrace } }
}

/** An error whose message holds the payload, as handlers write them. */
export class HandlerBroke extends Error {
  override readonly name = 'HandlerBroke'
}

/** Handles `msg_ok`, fails the first run of `msg_retry`, and gives `msg_parked` up. */
export const receiverWith = (options: Partial<ReceiverOptions> = {}) => {
  let failures = 0
  return createReceiver({
    secret: testSecret,
    endpoint: 'billing',
    logger: quiet,
    park: async () => {},
    ...options,
  }).on('chat.message', async (event) => {
    await new Promise((resolve) => setImmediate(resolve))
    if (event.id === 'msg_retry' && failures++ === 0) throw new HandlerBroke(event.data.content)
    if (event.id === 'msg_parked') throw new PermanentFailure(`never ${event.data.content}`)
  })
}

type TestReceiver = Pick<ReturnType<typeof receiverWith>, 'handle'>

/** A success, a failure and its retry, a duplicate, a forgery and a parked delivery; returns their outcomes. */
export const sendAll = async (receiver: TestReceiver): Promise<string[]> => {
  const ok = await signed('msg_ok')
  const retry = await signed('msg_retry')
  const forged = { ...ok, body: `${ok.body} ` }
  const outcomes: string[] = []
  for (const request of [ok, retry, retry, ok, forged, await signed('msg_parked')]) {
    outcomes.push((await receiver.handle(request)).outcome)
  }
  return outcomes
}
