import { invalidJson, readInput } from '@ainexlayer/webhooks-contract'
import type * as z from 'zod'

/** A request to the imitated platform, as the network carries it. */
export interface RawRequest {
  /** The id in the path; empty where the path has none. */
  readonly id: string
  readonly query: URLSearchParams
  readonly contentType: string | null
  readonly body: string
}

/** What a route answers when all is well. */
export interface Reply {
  /** Default: 200. */
  readonly status?: number
  /** The whole body. */
  readonly body: object
}

/** One route of the imitated platform. */
export interface Route {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** Below the base, such as `/webhooks/:id`. */
  readonly path: string
  /** Whether it needs no key; default false. */
  readonly isPublic?: boolean
  readonly answer: (request: RawRequest) => Reply | Promise<Reply>
}

// As of the platform's own framework: anything else is not read as JSON.
const jsonType = /^application\/([a-z-.]+\+)?json(;\s*[a-zA-Z0-9-]+=([^;]+))*$/i

const parseBody = ({ contentType, body }: RawRequest): unknown => {
  if (contentType === null && body === '') return {}
  if (contentType === null || !jsonType.test(contentType)) throw invalidJson()
  try {
    return JSON.parse(body)
  } catch {
    throw invalidJson()
  }
}

/** A name that is given several times is a list, which no schema of a query takes. */
const queryObject = (query: URLSearchParams): Record<string, string | string[]> =>
  Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const [value = '', ...others] = query.getAll(name)
      return [name, others.length === 0 ? value : [value, ...others]]
    }),
  )

/** The query of a request. @throws Problem VALIDATION_ERROR */
export const readQuery = <Schema extends z.ZodType>(
  schema: Schema,
  { query }: RawRequest,
): z.output<Schema> => readInput(schema, queryObject(query))

/** The body of a request. @throws Problem VALIDATION_ERROR */
export const readBody = <Schema extends z.ZodType>(
  schema: Schema,
  request: RawRequest,
): z.output<Schema> => readInput(schema, parseBody(request))
