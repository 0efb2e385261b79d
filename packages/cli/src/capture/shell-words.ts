import { usageError } from '../errors/cli-error.ts'

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  v: '\v',
}

/** What `$'…'` of bash stands for: browsers copy bodies with line breaks and umlauts like this. */
const ansi = (text: string): string =>
  text.replace(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|(.))/gis,
    (_, hex?: string, unicode?: string, one: string = '') =>
      hex !== undefined || unicode !== undefined
        ? String.fromCharCode(Number.parseInt(hex ?? unicode ?? '', 16))
        : (escapes[one] ?? one),
  )

/** One piece of a word, in the quotes that it has; or white space, or a line that goes on. */
const piece =
  /\\\r?\n|(\s+)|\$'((?:\\[\s\S]|[^'\\])*)'|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^\s'"\\]+)/gy

/** Splits a command line into its words, as a POSIX shell does; variables stay as they are written. */
export const shellWords = (line: string): readonly string[] => {
  const words: string[] = []
  let word: string | undefined
  let end = 0
  for (const match of line.matchAll(piece)) {
    end = match.index + match[0].length
    const [, space, dollar, single, double, escaped, plain] = match
    if (space !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    const text =
      dollar === undefined
        ? (single ??
          double?.replace(/\\(["\\$`])/g, '$1').replace(/\\\r?\n/g, '') ??
          escaped ??
          plain)
        : ansi(dollar)
    if (text !== undefined) word = (word ?? '') + text
  }
  if (end < line.length) throw usageError('A quote in this curl line does not end.')
  return word === undefined ? words : [...words, word]
}
