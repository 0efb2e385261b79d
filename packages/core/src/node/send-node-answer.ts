import type { IncomingMessage, ServerResponse } from 'node:http'
import { startTimer } from '../async/timer.ts'
import type { Answer } from '../delivery/outcome.ts'

/** How long the rest of a refused body is read and thrown away, so that the caller gets to read the answer. */
const drainMs = 5_000

/**
 * Throws the rest of a body away for a while. Closing at once would reset the connection under a
 * caller that is still sending, and the answer would be lost with it.
 */
const drain = (request: IncomingMessage): void => {
  // One that flows was read whole, and its end is on the way: to stop reading early is to pause.
  if (request.readableFlowing === true || request.readableEnded || request.destroyed) return
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
