import type { IncomingMessage } from 'node:http'
import { keptBytes } from '../delivery/kept-body.ts'
import type { BodyRead, BodyReader, ReadLimits } from '../delivery/request.ts'
import { type BodyInput, toBytes } from '../encoding/bytes.ts'
import {
  type NodeBodyWords,
  parsedNote,
  partlyReadNote,
  type TouchedRequest,
  touchesOf,
} from './parsed-note.ts'
import { readNodeStream } from './read-node-stream.ts'

/** A request of Node. What body parsers and cloud platforms have put on it is found, however it is typed. */
export type NodeRequest = IncomingMessage

/** What something kept: `rawBody`, or a body parser for raw bytes. */
const keptBy = ({ rawBody, body }: TouchedRequest): BodyInput | undefined =>
  typeof rawBody === 'string'
    ? rawBody
    : (toBytes(rawBody) ?? (typeof body === 'string' ? undefined : toBytes(body)))

const announcedLength = ({ headers }: IncomingMessage): number | undefined => {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/**
 * A body that came with its headers, as small ones do: it lies in the stream's buffer at the latest when the first
 * microtask runs, and is taken out without a listener or a timer. Undefined while bytes are still to come, and for text.
 */
const takeBuffered = (request: IncomingMessage, { maxBytes }: ReadLimits): BodyRead | undefined => {
  // As few properties as can be: Express changes the prototype of each request, and then a look-up is slow.
  const { readableLength } = request
  const isWhole = readableLength > 0 && readableLength === Number(request.headers['content-length'])
  if (!isWhole || request.readableEncoding !== null) return undefined
  if (readableLength > maxBytes) return { ok: false, code: 'body_too_large' }
  // Whoever listens for data gets it too.
  const bytes: unknown = request.read()
  // Only now does the stream come to its end.
  request.resume()
  return bytes instanceof Uint8Array ? { ok: true, bytes } : undefined
}

/** A body of which nothing is left in the stream. */
const readBefore = (request: NodeRequest, limits: ReadLimits, words: NodeBodyWords): BodyRead => {
  const touches = touchesOf(request)
  const kept = keptBy(touches)
  if (kept !== undefined) return keptBytes(kept, limits)
  const { readableDidRead } = request
  const isEmpty = readableDidRead === false && !((announcedLength(request) ?? 0) > 0)
  return isEmpty || request.headers['content-length'] === '0'
    ? { ok: true, bytes: new Uint8Array(0) }
    : { ok: false, code: 'body_already_parsed', note: parsedNote(touches, words) }
}

/** The body that a platform puts beside a stream that nobody has touched: whole, or it is not used. */
const besideStream = (request: NodeRequest): BodyInput | undefined => {
  const kept = keptBy(touchesOf(request))
  if (kept === undefined) return undefined
  const length = Buffer.byteLength(kept)
  return length > 0 && length === (announcedLength(request) ?? length) ? kept : undefined
}

/**
 * Holds a stream on which somebody listens already, until the receiver listens too: only then does it lose no byte,
 * however long what comes in between takes. The others get everything a little later. For adapters whose framework
 * waits for something before the handler; `nodeBody` holds every stream.
 */
export const holdNodeBody = (request: IncomingMessage): void => {
  if (request.readableFlowing === true && !request.readableDidRead) request.pause()
}

/**
 * Makes the reader of a Node request's body: an unread stream is read, beside whoever else listens to it; of one that
 * has ended, the bytes that somebody kept are used; and bytes that are gone are reported at once, with what read them.
 * Nothing waits for a stream that has ended. To be called when the request arrives, before anything is awaited: the
 * stream is held from then on.
 *
 * @param words - what the log says when the bytes are gone; default: what has left traces, and the line to change
 */
export const nodeBody = (request: NodeRequest, words: NodeBodyWords = {}): BodyReader => {
  const { readableFlowing } = request
  // Undefined in the requests of some test tools, which are no streams.
  if (readableFlowing !== undefined && !request.readableDidRead) request.pause()
  return async (limits) => {
    // Whoever begins to listen in the turn in which the receiver is called, such as a pipe into a log, gets all of it too.
    await undefined
    const buffered = takeBuffered(request, limits)
    if (buffered !== undefined) return buffered
    if (request.readableEnded !== false) return readBefore(request, limits, words)
    if (request.readableDidRead) {
      return { ok: false, code: 'body_already_parsed', note: words.read ?? partlyReadNote }
    }
    const beside = readableFlowing === null ? besideStream(request) : undefined
    if (beside !== undefined) return keptBytes(beside, limits)
    if (request.destroyed) return { ok: false, code: 'body_incomplete' }
    return readNodeStream(request, limits, announcedLength(request))
  }
}
