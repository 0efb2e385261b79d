import type { AddressInfo } from 'node:net'
import type { RunningServer } from '@ainexlayer/webhooks-conformance'
import type { FastifyInstance } from 'fastify'

/** Serves an app on a free port. */
export const listen = async (
  app: FastifyInstance,
  path: string,
  host = '127.0.0.1',
): Promise<RunningServer> => {
  await app.listen({ port: 0, host })
  return {
    origin: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    path,
    close: async () => {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
