import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

const hook = { url: 'http://127.0.0.1:9/', events: ['*'] } as const
const secret = (text: string) => ({ ...hook, secret: `whsec_${text}` })
const headers = (named: Record<string, string>) => ({ ...hook, headers: named })

test.for<[what: string, input: typeof hook & object, code: string]>([
  [
    'a header with a character that no header may hold',
    headers({ 'x-a': 'é' }),
    'VALIDATION_ERROR',
  ],
  ['a header with a line break', headers({ 'x-a': 'a\nb' }), 'VALIDATION_ERROR'],
  ['two headers that differ in case only', headers({ 'X-A': 'a', 'x-a': 'b' }), 'VALIDATION_ERROR'],
  ['the header trailer', headers({ Trailer: 'x' }), 'RESERVED_HEADER'],
  ['the header te', headers({ te: 'x' }), 'RESERVED_HEADER'],
  ['the header upgrade', headers({ Upgrade: 'x' }), 'RESERVED_HEADER'],
  ['the header keep-alive', headers({ 'keep-alive': 'x' }), 'RESERVED_HEADER'],
  ['the header content-encoding', headers({ 'Content-Encoding': 'gzip' }), 'RESERVED_HEADER'],
  ['the header content-md5', headers({ 'Content-MD5': 'x' }), 'RESERVED_HEADER'],
  ['the header proxy-connection', headers({ 'proxy-connection': 'x' }), 'RESERVED_HEADER'],
  ['the header accept-encoding', headers({ 'accept-encoding': 'x' }), 'RESERVED_HEADER'],
  ['a secret of 33 characters', secret('A'.repeat(33)), 'VALIDATION_ERROR'],
  ['a secret with padding too much', secret(`${'A'.repeat(32)}=`), 'VALIDATION_ERROR'],
  ['a secret without its padding', secret('A'.repeat(34)), 'VALIDATION_ERROR'],
  [
    'a secret that ends with bits that stand for nothing',
    secret(`${'A'.repeat(33)}B==`),
    'VALIDATION_ERROR',
  ],
  ['a secret of 65 bytes', secret(btoa('x'.repeat(65))), 'VALIDATION_ERROR'],
  ['a secret in the url alphabet', secret('_-'.repeat(16)), 'VALIDATION_ERROR'],
])('%s is refused', async ([, input, code]) => {
  const { client } = await startSender()
  await expect(client.webhooks.create(input)).rejects.toMatchObject({ code })
  const { id } = await client.webhooks.create(hook)
  const refusal =
    'secret' in input && typeof input.secret === 'string'
      ? client.webhooks.rotateSecret(id, { secret: input.secret })
      : client.webhooks.update(id, input)
  await expect(refusal).rejects.toMatchObject({ code })
})

test.for(['événement', 'a b', 'a\u0000b', '→', 'a\nb'])(
  'an event type that no header may hold is refused: %j',
  async (type) => {
    const { client } = await startSender()
    await expect(client.events.emit({ type, data: {}, validate: false })).rejects.toMatchObject({
      status: 422,
      details: { field: 'type' },
    })
  },
)

test('an attempt that cannot be made counts as failed, with its error in the log, until the schedule ends', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-poison-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const { url, received } = await receive()
  const first = await startSender({ data })
  const retry = { delaysSeconds: [60, 5], jitter: 0 }
  await first.client.webhooks.create({ url, events: ['*'], retry })
  await first.client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  await first.sender.close()
  // What a sender of another version may have accepted.
  const db = openDatabase(join(data, 'sender.db'))
  db.run(`UPDATE webhooks SET headers = '{"trailer":"x","x-a":"a\\u0000b"}'`)
  db.close()
  const { client, sender, errors } = await startSender({ data })
  await sender.advance(600_000)
  expect(received).toHaveLength(0)
  expect(await client.deliveries.get('delivery-1')).toMatchObject({
    status: 'failed',
    attemptCount: 2,
    lastError: { code: 'sender_error' },
    attempts: [{ error: { code: 'sender_error' } }, { error: { code: 'sender_error' } }],
  })
  expect(errors).toHaveLength(2)
})
