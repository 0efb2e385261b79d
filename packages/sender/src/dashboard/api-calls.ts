import {
  type PaginationView,
  Problem,
  type ProblemCode,
  ProblemView,
  pageView,
  problemStatuses,
  successView,
} from '@ainexlayer/webhooks-contract'
import { z } from 'zod'

/** Asks the sender's own API, in this process: the screens show what it answers, and refuse what it refuses. */
export interface ApiCalls {
  /** Reads the `data` of an answer. @throws Problem */
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>
  /** Reads one page of a list. @throws Problem */
  list<Item extends z.ZodType>(path: string, item: Item): Promise<Page<z.output<Item>>>
  /** Changes something, and reads the `data` of the answer. @throws Problem */
  send<Schema extends z.ZodType>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>>
}

/** One page of a list. */
export interface Page<Item> {
  readonly data: readonly Item[]
  readonly pagination: z.output<typeof PaginationView>
}

const isCode = (code: string): code is ProblemCode => Object.hasOwn(problemStatuses, code)

const problemOf = (answer: unknown): Problem => {
  const { error } = ProblemView.parse(answer)
  return new Problem(isCode(error.code) ? error.code : 'INTERNAL_ERROR', error.message, {
    ...(error.details && { details: error.details }),
  })
}

const Success = successView(z.unknown())

/** `fetch` is the API as a handler. */
export const apiCalls = (
  fetch: (request: Request) => Response | Promise<Response>,
  apiKey: string,
): ApiCalls => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(
      new Request(`http://localhost/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const json: unknown = await answer.json()
    if (!answer.ok) throw problemOf(json)
    return json
  }
  return {
    get: async (path, schema) => schema.parse(Success.parse(await call('GET', path)).data),
    list: async (path, item) => {
      const { data, pagination } = pageView(item).parse(await call('GET', path))
      return { data, pagination }
    },
    send: async (method, path, body, schema) =>
      schema.parse(Success.parse(await call(method, path, body)).data),
  }
}

/** A query string of what is not empty, with its question mark. */
export const queryOf = (values: Readonly<Record<string, string | number | undefined>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.append(name, String(value))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** An answer of which nothing is read. */
export const Whatever = z.unknown()
