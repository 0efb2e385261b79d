import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { virtualClock } from '../../src/index.ts'
import { openDatabase } from '../../src/store/database.ts'
import { receive, statuses } from '../receiving.ts'
import { start, startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const
const day = 86_400_000

const folderOfTest = async () => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-expired-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  return data
}

test('an open delivery keeps its bytes, however old they are, and is sent with them', async () => {
  const data = await folderOfTest()
  const { url, received } = await receive(statuses(500))
  const first = await startSender({ data })
  await first.client.webhooks.create({ url, events: ['*'], retry: { delaysSeconds: [0, 5] } })
  await first.client.events.emit(event)
  await first.sender.idle()
  await first.sender.close()
  const later = await startSender({ data, clock: virtualClock(start + 40 * day) })
  await later.sender.idle()
  expect(received).toHaveLength(2)
  expect(received[1]?.body).toEqual(received[0]?.body)
  expect(await later.client.deliveries.get('delivery-1')).toMatchObject({ status: 'delivered' })
})

test('a delivery whose bytes are lost all the same fails as payload_expired, and nothing is sent', async () => {
  const data = await folderOfTest()
  const { url, received } = await receive(statuses(500))
  const first = await startSender({ data })
  await first.client.webhooks.create({ url, events: ['*'] })
  await first.client.events.emit(event)
  await first.sender.idle()
  await first.sender.close()
  const db = openDatabase(join(data, 'sender.db'))
  db.run('UPDATE events SET body = NULL')
  db.close()
  const later = await startSender({ data })
  await later.sender.advance(day)
  expect(received).toHaveLength(1)
  expect(await later.client.deliveries.get('delivery-1')).toMatchObject({
    status: 'failed',
    attemptCount: 1,
    nextAttemptAt: null,
    lastError: { code: 'payload_expired' },
    attempts: [{ request: { body: null, signedContent: null } }],
  })
})
