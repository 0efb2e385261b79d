import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { test } from 'vitest'
import { outcomeCases, type StartServer, transportCases } from '../src/index.ts'

const start: StartServer = async (receiver) => {
  const listener = nodeListener(receiver)
  const server = createServer((request, response) => {
    if (request.url === '/webhooks') void listener(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
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

for (const { name, run } of [...outcomeCases, ...transportCases]) test(name, () => run(start))
