import { expect, test } from 'vitest'
import { createSender } from '../../src/index.ts'

interface Operation {
  readonly operationId?: string
  readonly parameters?: { readonly name: string; readonly in: string }[]
  readonly responses: Record<string, unknown>
  readonly requestBody?: unknown
  readonly security?: unknown[]
}

const read = async (host = 'localhost:3001') => {
  const sender = createSender({ apiKey: 'key-1', dev: true })
  const answer = await sender.fetch(new Request(`http://${host}/api/v1/openapi.json`))
  const text = await answer.text()
  await sender.close()
  const document = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return { text, operations }
}

test('every operation has a name of its own', async () => {
  const { operations } = await read()
  const names = operations.map(({ operation }) => operation.operationId)
  expect(names.filter((name) => name === undefined)).toEqual([])
  expect(new Set(names).size).toBe(names.length)
  for (const name of ['stream', 'getHealth', 'getOpenApi', 'listAttempts', 'getTimeline']) {
    expect(names).toContain(name)
  }
})

test('every status that an operation may have is described', async () => {
  const { operations } = await read()
  for (const { path, method, operation } of operations) {
    const statuses = Object.keys(operation.responses)
    const where = `${method} ${path}`
    if (operation.security?.length === 0) continue
    expect(statuses, where).toEqual(expect.arrayContaining(['401', '403', '422', '429', '500']))
    if (path.includes('{')) expect(statuses, where).toContain('404')
    if (operation.requestBody !== undefined) expect(statuses, where).toContain('413')
    if (method === 'post') {
      expect(statuses, where).toContain('409')
      expect(
        operation.parameters?.map(({ name }) => name),
        where,
      ).toContain('idempotency-key')
    }
  }
})

test('what a request says of its host is not repeated', async () => {
  const [one, other] = [await read('localhost:3001'), await read('evil.example')]
  expect(other.text).toBe(one.text)
  expect(other.text).not.toContain('evil.example')
})
