import * as z from 'zod'
import { usageError } from '../errors/cli-error.ts'
import type { CapturedRequest } from './captured-request.ts'

const entry = z.object({
  startedDateTime: z.string().optional(),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    postData: z.object({ text: z.string().optional(), encoding: z.string().optional() }).optional(),
  }),
})
const har = z.union([
  z.object({ log: z.object({ entries: z.array(entry).min(1) }) }),
  entry.transform((one) => ({ log: { entries: [one] } })),
])

/** Reads an entry of a HAR file, or a lone entry; the last one where none is named. @throws CliError usage */
export const readHar = (json: unknown, number?: number): CapturedRequest => {
  const read = har.safeParse(json)
  if (!read.success) {
    throw usageError('This JSON is not a HAR file: it has no `log.entries` with requests.')
  }
  const { entries } = read.data.log
  const one = number === undefined ? entries.at(-1) : entries[number - 1]
  if (one === undefined) {
    throw usageError(`There is no entry ${number}: the file has ${entries.length}.`)
  }
  const { method, url, headers, postData } = one.request
  const isBase64 = postData?.encoding === 'base64'
  const at = Date.parse(one.startedDateTime ?? '')
  return {
    method,
    url,
    // HTTP/2 writes the request line as headers that begin with a colon.
    headers: headers
      .filter(({ name }) => !name.startsWith(':'))
      .map(({ name, value }): [string, string] => [name, value]),
    body: Buffer.from(postData?.text ?? '', isBase64 ? 'base64' : 'utf8'),
    ...(Number.isNaN(at) ? {} : { at }),
  }
}
