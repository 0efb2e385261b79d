import { keepAlive } from '../delivery/keep-alive.ts'
import type { HandleResult } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import { drainBody } from './drain-body.ts'
import { webRequest } from './web-request.ts'

/** The third argument of a Worker's `fetch`, as far as it is used here. */
export interface WaitUntilContext {
  waitUntil?(work: Promise<unknown>): void
}

/** A handler for runtimes with `Request` and `Response`. */
export type FetchHandler = (
  request: Request,
  env?: unknown,
  context?: WaitUntilContext,
) => Promise<Response>

/** Makes a handler for runtimes with `Request` and `Response`. */
export const fetchHandler =
  (handle: (request: IncomingRequest) => Promise<HandleResult>): FetchHandler =>
  async (request, env, context) => {
    const waitUntil = (work: Promise<unknown>): void =>
      keepAlive((more) => context?.waitUntil?.(more), work)
    const incoming = Object.assign(webRequest(request), { env, waitUntil })
    const { status, headers, body } = await handle(incoming)
    await drainBody(request, waitUntil)
    return new Response(body, { status, headers })
  }
