import { HttpResponse, http, type RequestHandler } from 'msw'
import { isRecord } from '../http/is-record.ts'
import { invalid, Refusal } from './refusal.ts'

/** A request to the imitated platform. */
export interface RouteRequest {
  /** The id in the path; empty where the path has none. */
  readonly id: string
  readonly query: URLSearchParams
  readonly input: Record<string, unknown>
}

/** What a route answers when all is well. */
export interface Reply {
  /** Default: 200. */
  readonly status?: number
  readonly data: unknown
  readonly pagination?: unknown
}

/** One route of the imitated platform. */
export interface Route {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** Below the base, such as `/webhooks/:id`. */
  readonly path: string
  readonly run: (request: RouteRequest) => Reply | Promise<Reply>
}

interface Written {
  readonly status: number
  readonly json: string
}

const readInput = (body: string): Record<string, unknown> => {
  if (body === '') return {}
  try {
    const input: unknown = JSON.parse(body)
    if (isRecord(input)) return input
  } catch {
    throw invalid('body', 'must be JSON')
  }
  throw invalid('body', 'must be an object')
}

const checkKey = (request: Request, apiKey: string | undefined) => {
  const given = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  if (given === undefined || (apiKey !== undefined && given !== apiKey)) {
    throw new Refusal(401, 'UNAUTHORIZED', 'The API key is missing or not valid')
  }
}

const writeRefusal = (error: unknown): Written => {
  if (!(error instanceof Refusal)) throw error
  const { status, code, message, details } = error
  return { status, json: JSON.stringify({ success: false, error: { code, message, details } }) }
}

/** Lets a POST that is repeated with its key take effect once. */
const answerOnce = () => {
  const answers = new Map<string, { place: string; answer: Promise<Written> }>()
  return (key: string | null, place: string, work: () => Promise<Written>): Promise<Written> => {
    if (key === null) return work()
    const earlier = answers.get(key)
    if (earlier === undefined) {
      const answer = work()
      // The promise and not its value: a retry may come while the first request is still under way.
      answers.set(key, { place, answer })
      return answer
    }
    if (earlier.place !== place) {
      throw new Refusal(409, 'IDEMPOTENCY_KEY_REUSED', 'The key was given to another request')
    }
    return earlier.answer
  }
}

/** The routes as handlers of msw. */
export const handlersOf = (
  routes: readonly Route[],
  { baseUrl, apiKey }: { baseUrl: string; apiKey: string | undefined },
): RequestHandler[] => {
  const once = answerOnce()
  const answer = async ({ method, run }: Route, request: Request, id: string): Promise<Written> => {
    checkKey(request, apiKey)
    const { pathname, searchParams: query } = new URL(request.url)
    const body = await request.text()
    const work = async (): Promise<Written> => {
      try {
        const { status = 200, ...reply } = await run({ id, query, input: readInput(body) })
        return { status, json: JSON.stringify({ success: true, message: 'OK', ...reply }) }
      } catch (error) {
        return writeRefusal(error)
      }
    }
    const key = method === 'post' ? request.headers.get('idempotency-key') : null
    return await once(key, `${pathname} ${body}`, work)
  }
  return routes.map((route) =>
    http[route.method](`${baseUrl}${route.path}`, async ({ request, params }) => {
      const { status, json } = await answer(route, request, String(params['id'] ?? '')).catch(
        writeRefusal,
      )
      return new HttpResponse(json, { status, headers: { 'content-type': 'application/json' } })
    }),
  )
}
