import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import { createReceiver, type ReceiverOptions } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { type AdapterCase, type StartServer, testOptions } from './adapter-case.ts'

/** The status of a genuine delivery over IPv4 to a socket that listens to both versions, as servers do by default. */
const statusOnDualStack = async (
  start: StartServer,
  options: Partial<ReceiverOptions>,
): Promise<number> => {
  const receiver = createReceiver({ ...testOptions(testSecret), ...options }).on('*', () => {})
  const server = await start(receiver, '::')
  try {
    const request = await signedRequest({ event: fixture('user.login') })
    return (await fetch(server.origin + server.path, request)).status
  } finally {
    await server.close()
  }
}

/** Allowlists of addresses, for the adapters that know where a request comes from. */
export const addressCases: readonly AdapterCase[] = [
  {
    name: 'an IPv4 caller of a socket that listens to both versions is on an IPv4 allowlist',
    run: async (start) => {
      const allowAddress = new BlockList()
      allowAddress.addSubnet('127.0.0.0', 8)
      const seen: (string | undefined)[] = []
      const status = await statusOnDualStack(start, {
        allowAddress,
        throttle: ({ remoteAddress }) => void seen.push(remoteAddress),
        hooks: { onProcessed: (_, { remoteAddress }) => void seen.push(remoteAddress) },
      })
      assert.equal(status, 200)
      assert.deepEqual(seen, ['127.0.0.1', '127.0.0.1'])
    },
  },
  {
    name: 'an IPv4 caller that is not on the list is refused there',
    run: async (start) => {
      const allowAddress = new BlockList()
      allowAddress.addAddress('203.0.113.7')
      allowAddress.addSubnet('2001:db8::', 32, 'ipv6')
      assert.equal(await statusOnDualStack(start, { allowAddress }), 403)
    },
  },
  {
    name: 'a list of texts and a function that looks at the version',
    run: async (start) => {
      const allowAddress = (address: string, family: string) =>
        family === 'ipv4' && ['127.0.0.1'].includes(address)
      assert.equal(await statusOnDualStack(start, { allowAddress }), 200)
    },
  },
  {
    name: 'an allowlist that throws is our mistake and refuses',
    run: async (start) => {
      const { check } = new BlockList()
      assert.equal(await statusOnDualStack(start, { allowAddress: check }), 500)
    },
  },
]
