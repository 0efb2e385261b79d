import {
  limits,
  notFound,
  Problem,
  problemBody,
  requestTooLarge,
  unauthorized,
} from '@ainexlayer/webhooks-contract'
import { HttpResponse, http, type RequestHandler } from 'msw'
import { attemptPlanned } from './deliver.ts'
import { createOnce, type Written } from './once.ts'
import type { PlatformState } from './platform-state.ts'
import type { Reply, Route } from './route.ts'

/** Where the imitated platform is, and who may use it. */
export interface HandlersOptions {
  readonly baseUrl: string
  /** Undefined when every key is accepted. */
  readonly apiKey: string | undefined
}

const checkKey = (request: Request, apiKey: string | undefined): void => {
  const given = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  if (given === undefined || (apiKey !== undefined && given !== apiKey)) throw unauthorized()
}

const written = ({ status = 200, body }: Reply): Written => ({ status, json: JSON.stringify(body) })

const writtenProblem = (error: unknown): Written => {
  if (!(error instanceof Problem)) throw error
  const { status, retryAfterSeconds } = error
  return {
    ...written({ status, body: problemBody(error) }),
    ...(retryAfterSeconds !== undefined && {
      headers: { 'retry-after': String(retryAfterSeconds) },
    }),
  }
}

/** The routes as handlers of msw. Any other path below the base is answered 404. */
export const handlersOf = (
  state: PlatformState,
  routes: readonly Route[],
  { baseUrl, apiKey }: HandlersOptions,
): RequestHandler[] => {
  const once = createOnce(state.now)

  const answer = async (
    request: Request,
    id: string,
    { isPublic = false, answer: run }: Pick<Route, 'isPublic' | 'answer'>,
  ): Promise<Written> => {
    if (!isPublic) checkKey(request, apiKey)
    const { pathname, searchParams: query } = new URL(request.url)
    const body = await request.text()
    if (new TextEncoder().encode(body).length > limits.requestBytes) throw requestTooLarge()
    const contentType = request.headers.get('content-type')
    const key = request.method === 'POST' ? request.headers.get('idempotency-key') : null
    return await once(key, `${pathname}\n${body}`, async () => {
      try {
        const reply = written(await run({ id, query, contentType, body }))
        // The answer shows a delivery before its attempt, as the platform's does.
        await attemptPlanned(state)
        return reply
      } catch (error) {
        return writtenProblem(error)
      }
    })
  }

  const respond = async (
    request: Request,
    id: string,
    route: Pick<Route, 'isPublic' | 'answer'>,
  ): Promise<Response> => {
    const { status, json, headers } = await answer(request, id, route).catch(writtenProblem)
    return new HttpResponse(json, {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  return [
    ...routes.map((route) =>
      http[route.method](`${baseUrl}${route.path}`, ({ request, params }) =>
        respond(request, String(params['id'] ?? ''), route),
      ),
    ),
    http.all(`${baseUrl}/*`, ({ request }) =>
      respond(request, '', {
        answer: () => {
          throw notFound('path', new URL(request.url).pathname)
        },
      }),
    ),
  ]
}
