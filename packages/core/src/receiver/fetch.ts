import type { IncomingRequest } from '../pipeline/request.ts'
import type { HandleResult, Receiver } from './create-receiver.ts'
import { drainBody } from './drain-body.ts'
import { webRequest } from './web-request.ts'

/** The third argument of a Worker's `fetch`, as far as it is used here. */
export interface WaitUntilContext {
  waitUntil?(work: Promise<unknown>): void
}

/** Makes a handler for runtimes with `Request` and `Response`. */
export const fetchHandler = (
  handle: (request: IncomingRequest) => Promise<HandleResult>,
): Receiver['fetch'] => {
  return async (request, env, context) => {
    const waitUntil = context?.waitUntil?.bind(context)
    const { status, headers, body } = await handle({ ...webRequest(request), env, waitUntil })
    await drainBody(request, waitUntil)
    return new Response(body, { status, headers })
  }
}
