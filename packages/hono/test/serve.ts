import type { AddressInfo } from 'node:net'
import type { RunningServer } from '@ainexlayer/webhooks-conformance'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'

/** Serves an app on Node, on a free loopback port. */
export const serve = async (app: Pick<Hono, 'fetch'>, path: string): Promise<RunningServer> => {
  const server = createAdaptorServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
