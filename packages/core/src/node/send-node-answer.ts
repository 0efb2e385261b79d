import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from '../pipeline/outcome.ts'
import { startTimer } from '../pipeline/timer.ts'

/** How long the rest of a refused body is read and thrown away, so that the caller gets to read the answer. */
const drainMs = 5_000

/**
 * Throws the rest of a body away for a while. Closing at once would reset the connection under a
 * caller that is still sending, and the answer would be lost with it.
 */
const drain = (request: IncomingMessage): void => {
  // Complete and taken out of its buffer: its `end` may still be on the way, and there is nothing to throw away.
  const taken = request.complete && request.readableLength === 0
  if (taken || request.readableEnded || request.destroyed) return
  const stop = startTimer(drainMs, () => request.destroy())
  request
    .on('error', () => {})
    .once('close', stop)
    .once('end', stop)
  request.resume()
}

/** Writes an answer to a Node response, unless the caller has gone or somebody answered already. */
export const sendNodeAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(answer.status, {
    'content-length': Buffer.byteLength(answer.body),
    ...answer.headers,
  })
  response.end(answer.body)
  drain(request)
}
