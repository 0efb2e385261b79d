import { GrowingBuffer } from '../encoding/growing-buffer.ts'

/** What a compressed body may become at most, in bytes: a small one can unpack to gigabytes. */
const largestUnpacked = 4 * 1024 * 1024

/** Whether bytes begin as gzip does (RFC 1952). */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** Unpacks gzip up to a limit in bytes; undefined when it is none, is broken, or is too large. */
export const gunzip = async (
  bytes: Uint8Array,
  atMost = largestUnpacked,
): Promise<Uint8Array | undefined> => {
  const limit = Math.min(atMost, largestUnpacked)
  // Read off the global: Next's build for the edge warns of the bare name, which is missing there.
  const { DecompressionStream: Unpacking } = globalThis as Partial<typeof globalThis>
  if (!isGzip(bytes) || Unpacking === undefined) return undefined
  const unpacking = new Unpacking('gzip')
  const writer = unpacking.writable.getWriter()
  const written = writer.write(new Uint8Array(bytes)).then(() => writer.close())
  written.catch(() => {})
  const reader = unpacking.readable.getReader()
  const unpacked = new GrowingBuffer(limit)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return unpacked.take()
      if (unpacked.length + value.length > limit) {
        await reader.cancel()
        return undefined
      }
      unpacked.push(value)
    }
  } catch {
    return undefined
  }
}
