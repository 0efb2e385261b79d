import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { createReceiver, type Receiver } from '../../src/index.ts'
import { nodeListener } from '../../src/node/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const page = readFileSync(new URL('../../../../docs/requests.md', import.meta.url), 'utf8')
const addresses = page.slice(page.indexOf('## Addresses'))

/** Runs a sample of the page with what it takes for granted, its imports included. */
const run = <Value>(code: string, scope: Readonly<Record<string, unknown>>): Value =>
  new Function(...Object.keys(scope), code.replace(/^import .*$/gm, ''))(...Object.values(scope))

test('the allowlist of the page lets its senders in, of both versions, and nobody else', async () => {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(addresses) ?? []
  const scope = { BlockList, createReceiver, secret: testSecret }
  const body = code.replace(/^import .*$/gm, '')
  const receiver = run<Receiver>(`${body}\nreturn receiver`, scope)
  const request = await signedRequest({ event: fixture('user.login') })
  const statusOf = async (remoteAddress: string) =>
    (await receiver.handle({ ...request, remoteAddress })).status
  expect(await statusOf('203.0.113.7')).toBe(200)
  expect(await statusOf('::ffff:203.0.113.7')).toBe(200)
  expect(await statusOf('2001:db8::7')).toBe(200)
  expect(await statusOf('198.51.100.9')).toBe(403)
})

test('the line for node:http trusts the last entry, which the proxy wrote', async () => {
  const [, code = ''] = /`(nodeListener\(.*?)` \|$/m.exec(addresses) ?? []
  const seen: string[] = []
  const receiver = createReceiver({
    secret: testSecret,
    allowAddress: (address) => seen.push(address) > 0,
  })
  const server = createServer(run<RequestListener>(`return ${code}`, { nodeListener, receiver }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const headers = { 'x-forwarded-for': '198.51.100.9, 203.0.113.7' }
  const request = await signedRequest({ event: fixture('user.login'), headers })
  const response = await fetch(`http://127.0.0.1:${port}`, request)
  expect([response.status, ...seen]).toEqual([200, '203.0.113.7'])
  server.closeAllConnections()
  server.close()
})
