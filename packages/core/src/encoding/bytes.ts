import { encodeUtf8 } from './utf8.ts'

/** A body as it may be handed over: bytes, or a text that is taken as UTF-8. */
export type BodyInput = Uint8Array | ArrayBuffer | string

const isArrayBuffer = (body: unknown): body is ArrayBuffer =>
  Object.prototype.toString.call(body) === '[object ArrayBuffer]'

/** The bytes of a body; undefined for anything that is no longer bytes, such as a parsed object. */
export const toBytes = (body: unknown): Uint8Array | undefined => {
  if (typeof body === 'string') return encodeUtf8(body)
  if (body instanceof Uint8Array) return body
  if (body === undefined) return undefined
  // By tag and not by class: test environments such as jsdom have classes of their own.
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  return isArrayBuffer(body) ? new Uint8Array(body) : undefined
}
