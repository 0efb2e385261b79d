import {
  ApiConnectionError,
  ApiTimeoutError,
  ApiUsageError,
  isClientError,
} from '../errors/errors.ts'
import {
  type ClientOptions,
  checkApiKey,
  checkBaseUrl,
  checkCallOptions,
  checkClientOptions,
  checkIdempotencyKey,
  checkMaxRetries,
  checkTimeoutMs,
  type PostOptions,
} from '../options/client-options.ts'
import { type Sleep, timerSleep } from '../options/sleep.ts'
import { type Answer, readAnswer, unexpectedAnswer } from './answer.ts'
import { withDeadline } from './deadline.ts'
import type { OpenStream } from './event-stream.ts'
import { withRetries } from './retry.ts'

/** One request to the platform. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base, with its query: `/webhooks?page=2`. */
  readonly path: string
  /** What to send as JSON. */
  readonly body?: unknown
}

/** Sends requests. */
export interface Transport {
  /** Sends a request, again where that helps, and reads the platform's answer. */
  readonly send: (request: ApiRequest, options: PostOptions) => Promise<Answer>
  /** Opens the stream once. */
  readonly open: OpenStream
  readonly sleep: Sleep
}

const json = (body: unknown): string => {
  try {
    return JSON.stringify(body)
  } catch (cause) {
    throw new ApiUsageError(
      'input_invalid',
      'The input cannot be written as JSON.',
      'Pass plain data: no bigint, and nothing that contains itself.',
      { cause },
    )
  }
}

/** The transport of one client. Throws {@link ApiUsageError} for options that cannot work. */
export const createTransport = (client: ClientOptions): Transport => {
  checkClientOptions(client)
  const apiKey = checkApiKey(client.apiKey)
  const baseUrl = checkBaseUrl(client.baseUrl ?? 'http://localhost:3001/api/v1')
  const defaultTimeoutMs = checkTimeoutMs(client.timeoutMs ?? 30_000)
  const defaultMaxRetries = checkMaxRetries(client.maxRetries ?? 2)
  const sleep = client.sleep ?? timerSleep
  const random = client.random ?? Math.random

  const send: Transport['send'] = async ({ method, path, body }, options) => {
    checkCallOptions(options)
    const { signal } = options
    const timeoutMs = checkTimeoutMs(options.timeoutMs ?? defaultTimeoutMs)
    const maxRetries = checkMaxRetries(options.maxRetries ?? defaultMaxRetries)
    // Errors go to logs: the id helps there, and a search text does not belong there.
    const request = `${method} ${path.replace(/\?.*/, '')}`
    const init = {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        // One key per call: a POST whose answer was lost is then safe to send again.
        ...(method === 'POST' && {
          'idempotency-key': checkIdempotencyKey(options.idempotencyKey ?? crypto.randomUUID()),
        }),
      },
      ...(body !== undefined && { body: json(body) }),
      // `fetch` follows a redirected POST with a GET: a create would come back as a list.
      redirect: 'manual',
    } satisfies RequestInit

    const sendOnce = async () => {
      try {
        return await withDeadline(
          async (requestSignal) => {
            // Looked up at each request: test tools replace the global after the client was created.
            const send = client.fetch ?? globalThis.fetch
            const response = await send(`${baseUrl}${path}`, { ...init, signal: requestSignal })
            return readAnswer({ request, response, text: await response.text(), apiKey })
          },
          { timeoutMs, timeoutError: () => new ApiTimeoutError(request, timeoutMs), signal },
        )
      } catch (cause) {
        signal?.throwIfAborted()
        throw isClientError(cause) ? cause : new ApiConnectionError(request, { cause })
      }
    }

    return await withRetries(sendOnce, { maxRetries, sleep, random, signal })
  }

  const open: OpenStream = async (lastEventId, signal) => {
    const request = 'GET /stream'
    const send = client.fetch ?? globalThis.fetch
    const response = await send(`${baseUrl}/stream`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${apiKey}`,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      redirect: 'manual',
      signal,
    }).catch((cause: unknown) => {
      throw new ApiConnectionError(request, { cause })
    })
    if (response.ok && response.body !== null) return response.body
    readAnswer({ request, response, text: await response.text(), apiKey })
    throw unexpectedAnswer({ request, response }, 'something that is not a stream')
  }

  return { send, open, sleep }
}
