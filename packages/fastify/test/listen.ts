import type { RunningServer } from '@ainexlayer/webhooks-conformance'
import type { FastifyInstance } from 'fastify'

/** Serves an app on a free loopback port. */
export const listen = async (app: FastifyInstance, path: string): Promise<RunningServer> => ({
  origin: await app.listen({ port: 0, host: '127.0.0.1' }),
  path,
  close: async () => {
    app.server.closeAllConnections()
    await app.close()
  },
})
