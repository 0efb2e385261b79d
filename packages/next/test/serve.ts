import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { behindTouch, type NodeTouch } from '@ainexlayer/webhooks-conformance'
import { appFolder } from './build-app.ts'

/** Next is CommonJS and sets `module.exports`, which its types do not reflect. */
const next: NextServer = createRequire(import.meta.url)('next')

type NextServer = (options: { dev: boolean; dir: string }) => {
  prepare(): Promise<void>
  close(): Promise<void>
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** Something that looks at each request before Next does. */
let touch: NodeTouch['touch'] = () => {}

/** Puts something in front of Next, until it is called with nothing. */
export const putInFront = (next: NodeTouch['touch'] = () => {}): void => {
  touch = next
}

/** Starts Next on the built app, in this process: the app's routes then see the test's receiver. */
export const startNext = async (): Promise<{ origin: string; close: () => Promise<void> }> => {
  process.env['EDGE_SECRET'] = testSecret
  const app = next({ dev: false, dir: appFolder })
  await app.prepare()
  const handle = app.getRequestHandler()
  const server = createServer(
    behindTouch(
      (request) => touch(request),
      (request, response) => void handle(request, response),
    ),
  )
  await new Promise<void>((resolve) => server.listen(0, '::', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await app.close()
    },
  }
}
