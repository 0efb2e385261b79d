import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { expect, onTestFinished, test } from 'vitest'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

type Client = Awaited<ReturnType<typeof startSender>>['client']

/** Opens the file of a sender, as if that were killed before it stores an answer, until the returned function is called. */
const killBeforeAnswer = (data: string): (() => void) => {
  const file = new Database(join(data, 'sender.db'))
  file.exec(
    "CREATE TRIGGER killed BEFORE INSERT ON answers WHEN NEW.status >= 200 BEGIN SELECT RAISE(ABORT, 'killed'); END",
  )
  return () => {
    file.exec('DROP TRIGGER killed')
    file.close()
  }
}

test.for([1, 3])(
  'what a sender stored before it was killed is not stored again when the request is repeated: %i events',
  async (count) => {
    const data = await mkdtemp(join(tmpdir(), 'ainl-key-'))
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    const { url, received } = await receive()
    const event = (n: number) => ({ type: 'user.deleted', data: { id: `user-${n}` } }) as const
    const events = Array.from({ length: count }, (_, n) => event(n))
    const options = { idempotencyKey: 'emit-1' }
    const emitTo = ({ events: api }: Awaited<ReturnType<typeof startSender>>['client']) =>
      count === 1 ? api.emit(event(0), options) : api.emitMany(events, options)

    const first = await startSender({ data })
    await first.client.webhooks.create({ url, events: ['*'] })
    const revive = killBeforeAnswer(data)
    await expect(emitTo(first.client)).rejects.toMatchObject({ status: 500 })
    await first.sender.close()
    revive()

    const { client, sender } = await startSender({ data })
    const again = [await emitTo(client)].flat()
    expect(again).toEqual(
      Array.from({ length: count }, () => expect.objectContaining({ duplicate: true })),
    )
    await sender.idle()
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(count)
    expect((await client.events.list()).data).toHaveLength(count)
    await expect(client.events.emit(event(9), options)).rejects.toMatchObject({ status: 409 })
  },
)

const options = { idempotencyKey: 'once-1' }

test.for([
  {
    what: 'a webhook that is created',
    ask: ({ webhooks }: Client) =>
      webhooks.create({ url: 'https://example.com/', events: ['*'] }, options),
    count: async ({ webhooks }: Client) => (await webhooks.list()).data.length,
    before: 1,
  },
  {
    what: 'an event that is sent again',
    ask: async ({ deliveries }: Client) => {
      const { data } = await deliveries.list()
      return deliveries.redeliver(String(data.at(-1)?.id), { asNewEvent: true }, options)
    },
    count: async ({ deliveries }: Client) => (await deliveries.list()).data.length,
    before: 1,
  },
  {
    what: 'a secret that is rotated',
    ask: async ({ webhooks }: Client) => {
      const { data } = await webhooks.list()
      return webhooks.rotateSecret(String(data[0]?.id), {}, options)
    },
    count: async ({ webhooks }: Client) => (await webhooks.list()).data[0]?.secrets.length,
    before: 1,
  },
])(
  '$what before the sender was killed is so once when the request is repeated',
  async ({ ask, count, before }) => {
    const data = await mkdtemp(join(tmpdir(), 'ainl-key-'))
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    const { url } = await receive()
    const first = await startSender({ data })
    await first.client.webhooks.create({ url, events: ['*'] })
    await first.client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    await first.sender.idle()
    const revive = killBeforeAnswer(data)
    await expect(ask(first.client)).rejects.toMatchObject({ status: 500 })
    await first.sender.close()
    revive()

    const { client } = await startSender({ data })
    await ask(client)
    await ask(client)
    expect(await count(client)).toBe(before + 1)
  },
)
