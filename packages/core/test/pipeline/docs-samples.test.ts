import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
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

const samples = [...addresses.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)

const receiverOf = (code: string): Receiver =>
  run(`${code.replace(/^import .*$/gm, '')}\nreturn receiver`, {
    BlockList,
    createReceiver,
    secret: testSecret,
  })

test.each(samples.slice(0, 2))(
  'the allowlist of the page lets its senders in, of both versions, and nobody else: %s',
  async (code) => {
    const receiver = receiverOf(code)
    const request = await signedRequest({ event: fixture('user.login') })
    const statusOf = async (remoteAddress: string) =>
      (await receiver.handle({ ...request, remoteAddress })).status
    expect(await statusOf('203.0.113.7')).toBe(200)
    expect(await statusOf('::ffff:203.0.113.7')).toBe(200)
    expect(await statusOf('2001:db8::7')).toBe(200)
    expect(await statusOf('198.51.100.9')).toBe(403)
  },
)

test.each((samples[2] ?? '').trim().split('\n'))(
  'a trusted proxy of the page is believed over node:http: %s',
  async (line) => {
    const seen: (string | undefined)[] = []
    const options = line
      .replace('10.0.0.0/8', '127.0.0.0/8')
      .replace(/^createReceiver|\/\/.*$/g, '')
    const receiver = createReceiver({
      ...run<object>(`return ${options}`, { secret: testSecret }),
      secret: testSecret,
      hooks: { onOutcome: (_, { remoteAddress }) => void seen.push(remoteAddress) },
    })
    const server = createServer(nodeListener(receiver))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const headers = { 'x-forwarded-for': '198.51.100.9, 203.0.113.7' }
    const request = await signedRequest({ event: fixture('user.login'), headers })
    const response = await fetch(`http://127.0.0.1:${port}`, request)
    expect([response.status, ...seen]).toEqual([200, '203.0.113.7'])
    server.closeAllConnections()
    server.close()
  },
)
