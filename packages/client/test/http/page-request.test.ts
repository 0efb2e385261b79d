import { expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { answering, apiKey, ok, page, refusal, rejection, startServer } from '../fake-api.ts'

const server = startServer()
const client = createClient({ apiKey, maxRetries: 0 })
const items = (...ids: string[]) => ids.map((id) => ({ id }))
const threePages = () =>
  answering(
    server,
    page(items('a', 'b'), 1, 3),
    page(items('c', 'd'), 2, 3),
    page(items('e'), 3, 3),
  )

test('iterating over a list gives the items of all its pages, with the same query', async () => {
  const seen = threePages()
  const ids: string[] = []
  for await (const webhook of client.webhooks.list({ active: true })) ids.push(webhook.id)
  expect(ids).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(seen.map(({ path }) => path)).toEqual([
    '/webhooks?active=true&page=1',
    '/webhooks?active=true&page=2',
    '/webhooks?active=true&page=3',
  ])
})

test('a page is fetched only when its first item is asked for', async () => {
  const seen = threePages()
  const pagesSeenAt: Record<string, number> = {}
  for await (const { id } of client.webhooks.list()) {
    pagesSeenAt[id] = seen.length
    if (id === 'c') break
  }
  expect(pagesSeenAt).toEqual({ a: 1, b: 1, c: 2 })
  expect(seen).toHaveLength(2)
})

test('awaiting a list gives one page, which leads on to the pages after it', async () => {
  const seen = answering(server, page(items('c', 'd'), 2, 3), page(items('e'), 3, 3))
  const second = await client.webhooks.list({ page: 2 })
  expect(second.data.map(({ id }) => id)).toEqual(['c', 'd'])
  expect(second.pagination).toEqual({ page: 2, limit: 2, total: 6, totalPages: 3 })
  expect(seen).toHaveLength(1)
  const ids: string[] = []
  for await (const { id } of second) ids.push(id)
  expect(ids).toEqual(['c', 'd', 'e'])
  expect(seen.map(({ path }) => path)).toEqual(['/webhooks?page=2', '/webhooks?page=3'])
})

test('a list that shrinks while it is read ends, and so does one that never says so', async () => {
  const shrunk = answering(server, page(items('a'), 1, 9), page([], 2, 9))
  for await (const _ of client.webhooks.list());
  expect(shrunk).toHaveLength(2)

  const stuck = answering(server, page(items('a'), 1, 4))
  for await (const _ of client.webhooks.list());
  expect(stuck).toHaveLength(4)
})

test('an empty list has no items', async () => {
  const seen = answering(server, page([], 1, 0))
  for await (const _ of client.webhooks.list()) throw new Error('There is an item')
  expect(seen).toHaveLength(1)
})

test('an error on a later page reaches the loop', async () => {
  answering(server, page(items('a'), 1, 2), refusal(401, 'UNAUTHORIZED'))
  const ids: string[] = []
  const loop = async () => {
    for await (const { id } of client.webhooks.list()) ids.push(id)
  }
  expect(await rejection(loop())).toMatchObject({ code: 'UNAUTHORIZED' })
  expect(ids).toEqual(['a'])
})

test.each([
  ['no pagination', ok([])],
  ['data that is no list', ok({ id: 'a' })],
])('an answer with %s is no page', async (_, answer) => {
  answering(server, answer)
  expect(await rejection(client.webhooks.list())).toMatchObject({
    name: 'ApiError',
    code: 'UNEXPECTED_ANSWER',
    status: 200,
  })
})
