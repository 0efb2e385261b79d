import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type ClientOptions, createClient } from '../src/index.ts'

export const base = 'http://localhost:3001/api/v1'
export const apiKey = 'key-5f2b9c81d7'

/** Starts msw for one test file. */
export const startServer = () => {
  const server = setupServer()
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())
  return server
}

export interface SeenRequest {
  method: string
  path: string
  headers: Headers
  body: unknown
}

type Answer = () => Response | Promise<Response>

/** Gives these answers in turn, the last one for good, and tells what was asked. */
export const answering = (server: ReturnType<typeof setupServer>, ...answers: Answer[]) => {
  const seen: SeenRequest[] = []
  server.use(
    http.all('http://localhost:3001/*', async ({ request }) => {
      const url = new URL(request.url)
      const text = await request.text()
      seen.push({
        method: request.method,
        path: `${url.pathname.replace('/api/v1', '')}${decodeURIComponent(url.search)}`,
        headers: request.headers,
        body: text === '' ? undefined : JSON.parse(text),
      })
      const answer = answers[Math.min(seen.length, answers.length) - 1]
      return answer === undefined ? HttpResponse.error() : await answer()
    }),
  )
  return seen
}

export const ok =
  (data: unknown = {}, status = 200): Answer =>
  () =>
    HttpResponse.json({ success: true, data, message: 'OK' }, { status })

export const page = (data: unknown[], number: number, totalPages: number): Answer => {
  const pagination = { page: number, limit: 2, total: 2 * totalPages, totalPages }
  return () => HttpResponse.json({ success: true, data, pagination })
}

export const refusal =
  (
    status: number,
    code: string,
    more: { message?: string; details?: unknown; headers?: Record<string, string> } = {},
  ): Answer =>
  () => {
    const { message = 'No', details, headers = {} } = more
    return HttpResponse.json(
      { success: false, error: { code, message, details } },
      { status, headers },
    )
  }

export const broken: Answer = () => HttpResponse.error()

/** A client whose waits take no time, and a list of them. */
export const quickClient = (options: Partial<ClientOptions> = {}) => {
  const waits: number[] = []
  const client = createClient({
    apiKey,
    random: () => 1,
    sleep: async (ms) => {
      waits.push(ms)
    },
    ...options,
  })
  return { client, waits }
}

/** What a promise rejects with. */
export const rejection = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => {
      throw new Error('It did not reject')
    },
    (error: unknown) => error,
  )
