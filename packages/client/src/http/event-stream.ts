import { isApiConnectionError, isApiError, isApiTimeoutError } from '../errors/errors.ts'
import type { StreamEvent, StreamOptions } from '../model/stream.ts'
import type { Sleep } from '../options/sleep.ts'

/** Opens the stream once: the bytes of its body. */
export type OpenStream = (
  lastEventId: string | undefined,
  signal: AbortSignal,
) => Promise<ReadableStream<Uint8Array>>

/** What the stream works with. */
export interface EventStreamOptions extends StreamOptions {
  readonly open: OpenStream
  readonly sleep: Sleep
}

/** The sender says something every 15 s; after this silence, in milliseconds, the connection is dead. */
const silenceMs = 45_000
const firstWaitMs = 500
const longestWaitMs = 10_000
const longestEvent = 4 * 1024 * 1024

/** The event in the lines between two empty ones; undefined for a comment. */
const parse = (block: string): StreamEvent | undefined => {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2))
  }
  const [id, name, data] = [fields.get('id'), fields.get('event'), fields.get('data')]
  if (id === undefined || name === undefined || data === undefined) return undefined
  // Types are not checked at run time, as for every answer.
  return { id, name, data: JSON.parse(data) } as StreamEvent
}

/** The events of one connection, until it ends or is silent. */
async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  abort: () => void,
): AsyncGenerator<StreamEvent, void> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  try {
    for (;;) {
      const timer = setTimeout(abort, silenceMs)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (done) return
      text += decoder.decode(value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      if (text.length > longestEvent) return
      for (const event of blocks.map(parse)) if (event !== undefined) yield event
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

const isTemporary = (error: unknown): boolean =>
  isApiError(error)
    ? error.status === 429 || error.status >= 500
    : isApiConnectionError(error) || isApiTimeoutError(error)

/** The stream, over as many connections as it takes: each one goes on where the last one ended. */
export async function* eventStream({
  open,
  sleep,
  signal,
  lastEventId,
}: EventStreamOptions): AsyncGenerator<StreamEvent, void> {
  const isEnded = (): boolean => signal?.aborted === true
  let last = lastEventId
  let waitMs = firstWaitMs
  while (!isEnded()) {
    const connection = new AbortController()
    const stop = (): void => connection.abort()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const body = await open(last, connection.signal)
      for await (const event of eventsOf(body, stop)) {
        last = event.id
        waitMs = firstWaitMs
        yield event
      }
    } catch (error) {
      if (isEnded()) return
      // The reader fails when the connection does; what the platform refuses stays refused.
      if (isApiError(error) && !isTemporary(error)) throw error
    } finally {
      signal?.removeEventListener('abort', stop)
      connection.abort()
    }
    if (isEnded()) return
    await sleep(waitMs, signal).catch(() => {})
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
}
