/** A receiver with a throttle, in a process of its own behind one trusted proxy. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { ServerReport } from './server-report.ts'

const report = (message: ServerReport): void => void process.send?.(message)

const receiver = createReceiver({
  secret: testSecret,
  throttle: new RateLimiterMemory({ points: 20, duration: 60 }),
  trustProxy: 1,
  logger: { info: () => {}, warn: () => {}, error: () => {} },
}).on('*', (event) => report({ kind: 'handled', id: event.id }))

const server = createServer(nodeListener(receiver))
server.listen(0, '127.0.0.1', () =>
  report({ kind: 'listening', port: (server.address() as AddressInfo).port }),
)
process.on('disconnect', () => process.exit())
