import { bytesOf } from './components/bytes.tsx'
import type { Attempt } from './shapes.ts'

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** What HTTP says of the connection is the client's own. */
const ownHeaders = new Set(['content-length', 'connection', 'transfer-encoding', 'host'])

const headerLines = (attempt: Attempt): readonly (readonly [name: string, value: string])[] =>
  Object.entries(attempt.request.headers).filter(([name]) => !ownHeaders.has(name.toLowerCase()))

/** Whether a shell and a source can carry the body as text. */
const isPlain = ({ request }: Attempt): boolean =>
  request.bodyEncoding === 'utf8' && !(request.body ?? '').includes('\0')

/** The attempt as a command for a shell: the same bytes, the same signature. */
export const asCurl = (attempt: Attempt): string => {
  const { body, bodyEncoding } = attempt.request
  const headers = headerLines(attempt).map(
    ([name, value]) => ` \\\n  -H ${shellQuoted(`${name}: ${value}`)}`,
  )
  const start = `curl -i -X POST ${shellQuoted(attempt.url)}${headers.join('')}`
  if (isPlain(attempt)) return `${start} \\\n  --data-binary ${shellQuoted(body ?? '')}`
  const base64 =
    bodyEncoding === 'base64' ? (body ?? '') : Buffer.from(body ?? '', 'utf8').toString('base64')
  return `printf %s ${shellQuoted(base64)} | base64 -d | ${start} \\\n  --data-binary @-`
}

/** The attempt as the request that went over the wire, for `verify --request`, `replay` and `doctor --request`. */
export const asHttpDump = (attempt: Attempt): Uint8Array => {
  const { text, encoding } = { text: attempt.request.body, encoding: attempt.request.bodyEncoding }
  const body = bytesOf({ text, encoding }) ?? Buffer.alloc(0)
  const { pathname, search, host } = new URL(attempt.url)
  const lines = [
    `POST ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    ...headerLines(attempt).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

/** The attempt as a test of a receiver, with the time when it was signed. */
export const asTestCase = (attempt: Attempt, isTaken: boolean): string => {
  const { body, bodyEncoding } = attempt.request
  const text = JSON.stringify(body ?? '')
  const bytes = bodyEncoding === 'utf8' ? text : `Buffer.from(${text}, 'base64')`
  const headers = JSON.stringify(Object.fromEntries(headerLines(attempt)), undefined, 2)
  const what = isTaken ? 'verifies' : 'is refused'
  return `import { safeVerify } from '@ainexlayer/webhooks'
import { expect, test } from 'vitest'

test('the captured request ${what}', async () => {
  const result = await safeVerify({
    headers: ${headers.replaceAll('\n', '\n    ')},
    body: ${bytes},
    secret: process.env.AINEXLAYER_WEBHOOK_SECRET ?? '',
    now: () => Date.parse('${attempt.startedAt}'),
  })
  expect(result.ok).toBe(${isTaken})
})
`
}
