import type { Answer } from '@ainexlayer/webhooks'
import { sendNodeAnswer } from '@ainexlayer/webhooks/node'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Answers without Fastify's reply, which would leave the rest of a refused body on the connection.
 * Headers that hooks have already set are kept; `onSend` hooks do not run.
 */
export const sendAnswer = (request: FastifyRequest, reply: FastifyReply, answer: Answer): void => {
  reply.hijack()
  const kept = reply.getHeaders()
  for (const name in kept) {
    const value = kept[name]
    if (value !== undefined) reply.raw.setHeader(name, value)
  }
  sendNodeAnswer(request.raw, reply.raw, answer)
}
