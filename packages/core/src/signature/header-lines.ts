import type { HeadersInput, HeaderValue } from './headers.ts'

const isIterable = (input: HeadersInput): input is Iterable<readonly [string, HeaderValue]> =>
  Symbol.iterator in input

/** The lines of headers in any shape: each name as it is spelled, with one value at a time. */
export function* headerLines(
  input: HeadersInput,
): Generator<readonly [name: string, value: string]> {
  for (const [name, value] of isIterable(input) ? input : Object.entries(input)) {
    if (value === undefined) continue
    if (typeof value === 'string') yield [name, value]
    else for (const line of value) yield [name, line]
  }
}
