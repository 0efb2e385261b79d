import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request that an endpoint got. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** An endpoint on loopback that answers as it is told, and keeps what it got. */
export interface Receiving {
  readonly url: string
  readonly received: readonly Received[]
  readonly server: Server
}

/** Answers with the given statuses, one after another, then with 200. */
export const statuses =
  (...codes: number[]) =>
  (response: ServerResponse, index: number): void =>
    void response.writeHead(codes[index] ?? 200).end()

/** Starts an endpoint for one test. */
export const receive = async (
  answer: (response: ServerResponse, index: number, got: Received) => void = statuses(),
): Promise<Receiving> => {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const got = { headers: request.headers, body: Buffer.concat(chunks) }
    received.push(got)
    answer(response, received.length - 1, got)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/hook`, received, server }
}
