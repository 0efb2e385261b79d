import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningServer } from '../src/index.ts'

/** Serves a listener on a free port, at `/webhooks`. */
export const serve = async (
  listener: RequestListener,
  host = '127.0.0.1',
): Promise<RunningServer> => {
  const server = createServer((request, response) => {
    if (request.url === '/webhooks') listener(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    path: '/webhooks',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
