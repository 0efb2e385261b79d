import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { platformHandlers } from '@ainexlayer/webhooks-client/msw'
import { getResponse } from 'msw'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSender, virtualClock } from '../../src/index.ts'
import {
  type ApiAnswer,
  comparable,
  operationOf,
  operations,
  readAnswer,
  schemaOf,
} from './answers.ts'
import { type ApiRequest, type Conversation, conversations, start } from './requests.ts'

const baseUrl = 'http://localhost:3001/api/v1'

/** An endpoint that answers with the status in its path. */
const endpoint = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(Number(request.url?.slice(1)), { location: '/200' }).end()
  })
})
endpoint.listen(0, '127.0.0.1')
await once(endpoint, 'listening')
afterAll(() => {
  endpoint.closeAllConnections()
  endpoint.close()
})
const origin = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`

const requestOf = ({ method, path, body, headers }: ApiRequest): Request => {
  const all = new Headers({ authorization: 'Bearer key-1', ...headers })
  if (headers?.['authorization'] === '') all.delete('authorization')
  if (body !== undefined && !all.has('content-type')) all.set('content-type', 'application/json')
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Request(`${baseUrl}${path}`, {
    method,
    headers: all,
    ...(body !== undefined && { body: text }),
  })
}

const shared = ({ allowPrivateTargets = true, maxWebhooks = 100 }: Conversation) => ({
  apiKey: 'key-1',
  allowPrivateTargets,
  maxWebhooks,
})

const askSender = async (conversation: Conversation): Promise<ApiAnswer[]> => {
  const sender = createSender({ ...shared(conversation), clock: virtualClock(start), seed: 1 })
  const answers: ApiAnswer[] = []
  for (const request of conversation.requests) {
    answers.push(await readAnswer(await sender.fetch(requestOf(request))))
    await sender.idle()
  }
  await sender.close()
  return answers
}

const askHandlers = async (conversation: Conversation): Promise<ApiAnswer[]> => {
  const handlers = platformHandlers({
    ...shared(conversation),
    now: () => new Date(start),
    endpointStatus: ({ url }) => Number(new URL(url).pathname.slice(1)),
  })
  const answers: ApiAnswer[] = []
  for (const request of conversation.requests) {
    const response = await getResponse(handlers, requestOf(request))
    if (response === undefined) throw new Error(`${request.method} ${request.path} is not handled`)
    answers.push(await readAnswer(response))
  }
  return answers
}

const nameOf = ({ method, path, body }: ApiRequest): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return `${method} ${path.slice(0, 80)} ${text?.replaceAll(origin, '').slice(0, 120) ?? ''}`.trim()
}

const all = conversations(origin)

describe.each(all)('$name', (conversation) => {
  let sender: ApiAnswer[] = []
  let handlers: ApiAnswer[] = []
  beforeAll(async () => {
    const [fromSender, fromHandlers] = [
      await askSender(conversation),
      await askHandlers(conversation),
    ]
    sender = fromSender.map(comparable())
    handlers = fromHandlers.map(comparable())
    for (const [index, request] of conversation.requests.entries()) {
      for (const answer of [fromSender[index], fromHandlers[index]]) {
        const schema = schemaOf(request, answer?.status ?? 0)
        // A field that the contract does not know would be left out by the schema.
        expect(schema.parse(answer?.body), nameOf(request)).toEqual(answer?.body)
      }
    }
  })

  test.each(conversation.requests.map((request, index) => ({ name: nameOf(request), index })))(
    '$index: $name',
    ({ index }) => {
      expect(handlers[index]).toEqual(sender[index])
    },
  )
})

test('every operation is asked, with input that it takes and input that it refuses', () => {
  const requests = all.flatMap((conversation) => conversation.requests)
  expect(requests.length).toBeGreaterThanOrEqual(120)
  const asked = new Set(requests.map(operationOf))
  expect(operations.map((_, index) => index).filter((index) => !asked.has(index))).toEqual([])
  console.log(`${requests.length} requests to ${operations.length} operations`)
})
