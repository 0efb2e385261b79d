/** A receiver in a process of its own, for the scenario that kills it: `hang` makes its handlers never end. */
import { createServer } from 'node:http'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'

const [secret = '', port = '0', mode = ''] = process.argv.slice(2)
const runs: Record<string, number> = {}
const logger = { info: () => {}, warn: () => {}, error: () => {} }
const receiver = createReceiver({ secret, logger }).on('*', async ({ id }) => {
  process.send?.({ handling: id })
  if (mode === 'hang') await new Promise(() => {})
  runs[id] = (runs[id] ?? 0) + 1
})
const listener = nodeListener(receiver)
const server = createServer((request, response) => {
  if (request.url === '/handled') response.end(JSON.stringify(runs))
  else void listener(request, response)
})
server.listen(Number(port), '127.0.0.1', () => process.send?.({ listening: server.address() }))
