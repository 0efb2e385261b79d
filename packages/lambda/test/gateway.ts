import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { RunningServer } from '@ainexlayer/webhooks-conformance'
import type { LambdaAnswer, LambdaEvent } from '../src/index.ts'
import type { ReceivedRequest } from './events.ts'

const linesOf = ({ rawHeaders }: IncomingMessage): [string, string][] =>
  Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    rawHeaders[2 * index] ?? '',
    rawHeaders[2 * index + 1] ?? '',
  ])

/** Only JSON passes between AWS and a function. */
const overJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value))

/**
 * A gateway in front of a function, on a free loopback port: reads a whole request, turns it into an event,
 * runs the function and turns what it returns into an HTTP answer.
 */
export const gateway = async (
  eventOf: (request: ReceivedRequest) => LambdaEvent,
  handler: (event: LambdaEvent) => Promise<LambdaAnswer>,
  path: string,
  sourceIp = '198.51.100.9',
): Promise<RunningServer> => {
  const server = createServer(async (request, response) => {
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: linesOf(request),
      body: await buffer(request),
      sourceIp,
    }
    const answer = overJson(await handler(overJson(eventOf(received))))
    response.statusCode = answer.statusCode
    const headers = answer.multiValueHeaders ?? answer.headers ?? {}
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.end(answer.body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
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
