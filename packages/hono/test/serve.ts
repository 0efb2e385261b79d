import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningServer } from '@ainexlayer/webhooks-conformance'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'

type Served = Pick<Hono, 'fetch'>

/** What makes a listener of an app: `getRequestListener` of one of the versions of `@hono/node-server`. */
export type ListenerOf = (fetch: Served['fetch']) => RequestListener

/** Serves an app on Node, on a free port. */
export const serve = async (
  app: Served,
  path: string,
  host = '127.0.0.1',
  listenerOf: ListenerOf = (fetch) => getRequestListener(fetch),
): Promise<RunningServer> => {
  const server = createServer(listenerOf(app.fetch))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
