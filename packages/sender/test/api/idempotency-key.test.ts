import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { expect, onTestFinished, test } from 'vitest'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

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
    // As if it had been killed at this moment.
    const file = new Database(join(data, 'sender.db'))
    file.exec(
      "CREATE TRIGGER killed BEFORE INSERT ON answers WHEN NEW.status >= 200 BEGIN SELECT RAISE(ABORT, 'killed'); END",
    )
    await expect(emitTo(first.client)).rejects.toMatchObject({ status: 500 })
    await first.sender.close()
    file.exec('DROP TRIGGER killed')
    file.close()

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
