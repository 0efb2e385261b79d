import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Counts runs of handlers, as the example apps do. */
export const createCounter = () => {
  const runs: Record<string, number> = {}
  return {
    runs,
    note: (id: string): void => {
      runs[id] = (runs[id] ?? 0) + 1
    },
  }
}

/** Starts an app for one test; it has the receiver at `/webhooks`, and `/handled`. */
export const started = async (listener: RequestListener) => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return { origin, url: `${origin}/webhooks`, observe: `${origin}/handled`, server }
}
