import { nodeBuiltin } from './node-builtin.ts'

// Jest's jsdom has neither class.
const { TextEncoder: Encoder, TextDecoder: Decoder } = /* @__PURE__ */ (() =>
  typeof TextEncoder === 'undefined'
    ? (nodeBuiltin('node:util') ?? globalThis)
    : { TextEncoder, TextDecoder })()

const encoder = /* @__PURE__ */ new Encoder()
const decoder = /* @__PURE__ */ new Decoder('utf-8', { fatal: true })

/** The UTF-8 bytes of a text. */
export const encodeUtf8 = (text: string): Uint8Array => encoder.encode(text)

/** The text of UTF-8 bytes without a byte order mark; undefined when the bytes are not UTF-8. */
export const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
