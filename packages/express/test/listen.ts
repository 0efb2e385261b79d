import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningServer } from '@ainexlayer/webhooks-conformance'

/** Serves an app on a free port. */
export const listen = async (
  app: RequestListener,
  path: string,
  host = '127.0.0.1',
): Promise<RunningServer> => {
  const server = createServer(app)
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
