/** How a JSON text is spaced. */
export interface JsonLayout {
  /** What stands for each colon between a name and its value. */
  readonly colon: string
  /** What stands for each comma; without the line break that `indent` adds. */
  readonly comma: string
  /** One step of indentation, of one character repeated; absent: everything is on one line. */
  readonly indent?: string
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const newline = 0x0a

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09
const isOpening = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b
const isClosing = (byte: number | undefined): boolean => byte === 0x7d || byte === 0x5d

/** Whether bytes look like a JSON object or array, by their first byte that is no space. */
export const looksLikeJson = (bytes: Uint8Array): boolean =>
  isOpening(bytes.find((byte) => !isSpace(byte)))

/** The end of the string that begins at `start`: behind its closing quote, or the end of the text. */
const endOfString = (json: Uint8Array, start: number): number => {
  for (let at = json.indexOf(quote, start + 1); at >= 0; at = json.indexOf(quote, at + 1)) {
    let escapes = 0
    while (json[at - 1 - escapes] === backslash && at - 1 - escapes > start) escapes++
    if (escapes % 2 === 0) return at + 1
  }
  return json.length
}

/** How many tokens are laid out before it asks whether to give way. */
const breath = 512

/**
 * Lays a JSON text out anew without parsing it: numbers, escapes and the order of names stay as they are. Answers
 * the part of `into` that it filled, or undefined when that is too small: how much a layout adds depends on how
 * deep the text nests, so that it is never known to be harmless before.
 *
 * @param breathe - awaited every now and then
 */
export const layOut = async (
  json: Uint8Array,
  layout: JsonLayout,
  into: Uint8Array,
  breathe: () => Promise<void>,
): Promise<Uint8Array | undefined> => {
  const { colon: colonText, comma: commaText, indent = '' } = layout
  const breaksLines = layout.indent !== undefined
  const indentByte = indent.charCodeAt(0)
  let [at, depth, from, tokens] = [0, 0, 0, 0]
  // Writing past the end of a typed array does nothing: its length is looked at once a token.
  const put = (text: string): void => {
    for (let i = 0; i < text.length; i++) into[at++] = text.charCodeAt(i)
  }
  const breakLine = (): void => {
    if (!breaksLines) return
    into[at++] = newline
    const width = depth * indent.length
    into.fill(indentByte, at, at + width)
    at += width
  }
  while (from < json.length && at <= into.length) {
    if (++tokens % breath === 0) await breathe()
    const byte = json[from++] ?? 0
    if (byte === quote) {
      const end = endOfString(json, from - 1)
      const length = end - from + 1
      if (at + length > into.length) return undefined
      into.set(json.subarray(from - 1, end), at)
      at += length
      from = end
    } else if (isOpening(byte)) {
      into[at++] = byte
      while (isSpace(json[from])) from++
      if (isClosing(json[from])) into[at++] = json[from++] ?? 0
      else {
        depth++
        breakLine()
      }
    } else if (isClosing(byte)) {
      depth = Math.max(0, depth - 1)
      breakLine()
      into[at++] = byte
    } else if (byte === colon) put(colonText)
    else if (byte === comma) {
      put(commaText)
      breakLine()
    } else if (!isSpace(byte)) into[at++] = byte
  }
  return at <= into.length ? into.subarray(0, at) : undefined
}
