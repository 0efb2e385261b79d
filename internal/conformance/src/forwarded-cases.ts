import assert from 'node:assert/strict'
import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { type AdapterCase, testOptions } from './adapter-case.ts'

/** Where the caller's address comes from. */
export type AddressSource =
  /** The socket of the server, or a gateway that says it beside the headers. */
  | 'socket'
  /** A platform that hands over requests without their sockets. */
  | 'nowhere'
  /** A load balancer, which appends it to `X-Forwarded-For`, and says it nowhere else. */
  | 'appended'

interface Row {
  readonly trustProxy: number | readonly string[] | undefined
  /** What the caller writes into `X-Forwarded-For`. */
  readonly forged: string | undefined
  /** Who the caller is, by where the address comes from. The test's own is `127.0.0.1`. */
  readonly caller: Readonly<Record<AddressSource, string | undefined>>
}

const here = '127.0.0.1'

const rows: readonly Row[] = [
  {
    trustProxy: undefined,
    forged: '203.0.113.7',
    caller: { socket: here, nowhere: undefined, appended: undefined },
  },
  {
    trustProxy: ['10.0.0.0/8'],
    forged: '203.0.113.7',
    caller: { socket: here, nowhere: undefined, appended: undefined },
  },
  {
    trustProxy: 1,
    forged: '198.51.100.1, 203.0.113.7',
    caller: { socket: '203.0.113.7', nowhere: '203.0.113.7', appended: here },
  },
  {
    trustProxy: 2,
    forged: '198.51.100.1, 203.0.113.7, 10.0.0.1',
    caller: { socket: '203.0.113.7', nowhere: '203.0.113.7', appended: '10.0.0.1' },
  },
  {
    trustProxy: ['127.0.0.0/8', '10.0.0.0/8'],
    forged: '198.51.100.1, 203.0.113.7, 10.0.0.1',
    caller: { socket: '203.0.113.7', nowhere: undefined, appended: undefined },
  },
  {
    trustProxy: ['127.0.0.1', '10.0.0.0/8'],
    forged: '198.51.100.1, nonsense, 10.0.0.1',
    caller: { socket: undefined, nowhere: undefined, appended: undefined },
  },
]

/** `X-Forwarded-For`: no effect unless proxies are trusted, and then only as far as told. The same table for every adapter. */
export const forwardedCases = (source: AddressSource): readonly AdapterCase[] =>
  rows.map(({ trustProxy, forged, caller }) => ({
    name: `X-Forwarded-For "${forged}" with trustProxy ${JSON.stringify(trustProxy)}`,
    run: async (start) => {
      const seen: (string | undefined)[] = []
      const receiver = createReceiver({
        ...testOptions(testSecret),
        ...(trustProxy === undefined ? {} : { trustProxy }),
        hooks: { onProcessed: (_, { remoteAddress }) => void seen.push(remoteAddress) },
      }).on('*', () => {})
      const only = createReceiver({
        ...testOptions(testSecret),
        ...(trustProxy === undefined ? {} : { trustProxy }),
        allowedAddresses: [caller[source] ?? '0.0.0.0/0', '::/0'],
      }).on('*', () => {})
      const statuses: number[] = []
      for (const each of [receiver, only]) {
        const server = await start(each)
        try {
          const request = await signedRequest({ event: fixture('user.login') })
          const headers = { ...request.headers, ...(forged && { 'x-forwarded-for': forged }) }
          const answered = await fetch(server.origin + server.path, { ...request, headers })
          statuses.push(answered.status)
          await answered.arrayBuffer()
        } finally {
          await server.close()
        }
      }
      assert.deepEqual(seen, [caller[source]])
      // A list refuses whom nobody knows.
      assert.deepEqual(statuses, [200, caller[source] === undefined ? 403 : 200])
    },
  }))
