/** Control characters and others that would break a line, or turn it round. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu

/** The longest text in a line of the log, in characters. */
const longest = 2000

/** What most texts are made of; asked first, because a line is written for each delivery. */
const usual = /^[ -~]*$/

/** A text that cannot break a line of a log, whoever wrote it. */
export const printable = (text: string): string =>
  text.length <= longest && usual.test(text)
    ? text
    : (text.length > longest ? `${text.slice(0, longest)}…` : text).replace(unprintable, '\ufffd')

/** How deep details are looked into: ours are flat, but for lists of issues and a diagnosis. */
const deepest = 4

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)

const cleaned = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return printable(value)
  if (!isPlain(value)) return value
  if (depth === deepest) return undefined
  return Array.isArray(value)
    ? value.map((one: unknown) => cleaned(one, depth + 1))
    : printableDetails(value, depth + 1)
}

/**
 * The same for all texts in the details of a line, and for their names; the details themselves where nothing is to be
 * changed. An error stays as it is: a logger has its own way to write one.
 */
export const printableDetails = (details: object, depth = 0): object => {
  let isClean = true
  for (const [name, value] of Object.entries(details)) {
    if (printable(name) !== name || cleaned(value, depth) !== value) isClean = false
  }
  return isClean
    ? details
    : Object.fromEntries(
        Object.entries(details).map(([name, value]) => [printable(name), cleaned(value, depth)]),
      )
}
