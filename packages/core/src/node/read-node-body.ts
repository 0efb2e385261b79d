import type { IncomingMessage } from 'node:http'
import { startTimer } from '../async/timer.ts'
import type { BodyRead, BodyReader, ReadLimits } from '../delivery/request.ts'
import { toBytes } from '../encoding/bytes.ts'
import { joinChunks } from '../encoding/join-chunks.ts'

/** A request of Node, with what body parsers and cloud platforms may have put on it. */
export interface NodeRequest extends IncomingMessage {
  /** What a body parser left: bytes are used, anything else has lost them. */
  readonly body?: unknown
  /** The bytes that some platforms keep beside the parsed body, or their text. */
  readonly rawBody?: unknown
}

/** What the parsed body says of how it was parsed, with the line to change. */
const parsedNote = (body: unknown): string => {
  const parser =
    typeof body === 'string'
      ? 'express.text()'
      : body instanceof URLSearchParams
        ? 'a form parser'
        : 'express.json()'
  return [
    `\`req.body\` is of type ${Array.isArray(body) ? 'array' : typeof body} and the stream is at its end: ${parser} ran first.`,
    'Move `app.post(path, webhookHandler(receiver))` above `app.use(express.json())`,',
    'or keep the bytes: `express.json({ verify: (req, _res, bytes) => { req.rawBody = bytes } })`.',
  ].join(' ')
}

/** The bytes that something kept: `rawBody`, or a body parser for raw bytes. */
const keptBytes = (request: NodeRequest): Uint8Array | undefined => {
  const raw = toBytes(request.rawBody)
  if (raw !== undefined) return raw
  return typeof request.body === 'string' ? undefined : toBytes(request.body)
}

const readStream = (request: IncomingMessage, limits: ReadLimits): Promise<BodyRead> =>
  new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const finish = (result: BodyRead): void => {
      stopTimer()
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
      resolve(result)
    }
    const onData = (chunk: Uint8Array): void => {
      length += chunk.length
      if (length > limits.maxBytes) {
        // Paused, not destroyed: the answer still has to go out on this socket.
        request.pause()
        finish({ ok: false, code: 'body_too_large' })
      } else chunks.push(chunk)
    }
    const onEnd = (): void => finish({ ok: true, bytes: joinChunks(chunks, length) })
    const onClose = (): void => finish({ ok: false, code: 'body_incomplete' })
    const stopTimer = startTimer(limits.timeoutMs, () => {
      request.pause()
      finish({ ok: false, code: 'body_read_timeout' })
    })
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })

/**
 * A body that came with its headers, as small ones do: it lies in the stream's buffer when the first microtask
 * runs, and is taken out without a listener or a timer. Undefined while bytes are still to come, or when something
 * has touched the stream.
 */
const takeBuffered = (request: IncomingMessage, { maxBytes }: ReadLimits): BodyRead | undefined => {
  // As few properties as can be: Express changes the prototype of each request, and then a look-up is slow.
  const { readableLength } = request
  const isWhole = readableLength > 0 && readableLength === Number(request.headers['content-length'])
  if (!isWhole || request.readableFlowing !== null) return undefined
  if (readableLength > maxBytes) return { ok: false, code: 'body_too_large' }
  const bytes: unknown = request.read()
  // Only now does the stream come to its end.
  request.resume()
  return bytes instanceof Uint8Array
    ? { ok: true, bytes }
    : { ok: false, code: 'body_already_parsed', note: 'Something set an encoding on the stream.' }
}

/**
 * Makes the reader of a Node request's body: bytes that somebody kept are used, an unread stream is
 * read, and a stream that was read already is reported at once. Nothing waits for a stream that has ended.
 *
 * @param whenParsed - what the log says when the bytes are gone; default: the line to change in Express
 */
export const nodeBody = (request: NodeRequest, whenParsed?: string): BodyReader => {
  return async (limits) => {
    await undefined
    const buffered = takeBuffered(request, limits)
    if (buffered !== undefined) return buffered
    const kept = keptBytes(request)
    if (kept !== undefined) {
      return kept.length > limits.maxBytes
        ? { ok: false, code: 'body_too_large' }
        : { ok: true, bytes: kept }
    }
    const consumed = request.readableDidRead || request.readableEnded
    if (consumed) {
      return request.headers['content-length'] === '0'
        ? { ok: true, bytes: new Uint8Array(0) }
        : { ok: false, code: 'body_already_parsed', note: whenParsed ?? parsedNote(request.body) }
    }
    if (request.destroyed) return { ok: false, code: 'body_incomplete' }
    return readStream(request, limits)
  }
}
