import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { receive, statuses } from '../receiving.ts'
import { start, startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const

/** An endpoint that answers 200 at once, and what is sent to `?hold` when it is told to. */
const held = async () => {
  const releases: (() => void)[] = []
  const arrived: (() => void)[] = []
  const receiving = await receive((response) => {
    releases.push(() => response.end())
    for (const tell of arrived.splice(0)) tell()
  })
  return {
    ...receiving,
    arrival: () => new Promise<void>((resolve) => arrived.push(resolve)),
    release: () => {
      for (const release of releases.splice(0)) release()
    },
  }
}

test('sending is what is under way and nothing else, and what is under way is not pending', async () => {
  const { client, sender } = await startSender()
  const [slow, failing] = [await held(), await receive(statuses(500))]
  await client.webhooks.create({ url: slow.url, events: ['*'], concurrency: 1 })
  await client.webhooks.create({ url: failing.url, events: ['*'] })
  const arrival = slow.arrival()
  await client.events.emit(event)
  await client.events.emit(event)
  await arrival
  await expect.poll(() => failing.received.length).toBe(2)
  await expect
    .poll(async () => (await client.deliveries.list({ status: 'retrying' })).pagination.total)
    .toBe(1)
  const ids = async (status: string | string[]) =>
    (await client.deliveries.list({ status })).data.map((one) => `${one.id} ${one.status}`)
  expect(await ids('sending')).toEqual(['delivery-1 sending'])
  expect(await ids('pending')).toEqual(['delivery-3 pending'])
  expect(await ids(['sending', 'pending'])).toEqual(['delivery-3 pending', 'delivery-1 sending'])
  slow.release()
  await expect.poll(() => slow.received.length).toBe(2)
  slow.release()
  await sender.idle()
  expect(await ids('sending')).toEqual([])
})

test.for([
  ['fails', 500, 'cancelled'],
  ['succeeds', 200, 'delivered'],
] as const)(
  'an attempt that was cancelled under way and %s is counted',
  async ([, code, status]) => {
    const { client, sender } = await startSender()
    const releases: (() => void)[] = []
    const { url, received } = await receive((response) =>
      releases.push(() => response.writeHead(code).end()),
    )
    await client.webhooks.create({ url, events: ['*'] })
    await client.events.emit(event)
    await expect.poll(() => received.length).toBe(1)
    expect(await client.deliveries.cancel('delivery-1')).toMatchObject({ status: 'cancelled' })
    for (const release of releases) release()
    await sender.idle()
    const { attempts, ...delivery } = await client.deliveries.get('delivery-1')
    expect(delivery).toMatchObject({ status, attemptCount: 1, lastStatusCode: code })
    expect(attempts).toHaveLength(1)
    expect(delivery.completedAt).not.toBeNull()
    await sender.advance(100 * 3_600_000)
    expect(received).toHaveLength(1)
  },
)

test('a test delivery is sending while it runs', async () => {
  const { client } = await startSender()
  const endpoint = await held()
  const { id } = await client.webhooks.create({ url: endpoint.url, events: ['*'] })
  const arrival = endpoint.arrival()
  const result = client.webhooks.test(id)
  await arrival
  expect((await client.deliveries.list()).data).toMatchObject([
    { status: 'sending', trigger: 'test' },
  ])
  endpoint.release()
  expect(await result).toMatchObject({ status: 'delivered' })
})

test('a test that failed is not sent again by a recovery', async () => {
  const { client } = await startSender()
  const { url, received } = await receive(statuses(500, 500))
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  await client.webhooks.test(id)
  const recovered = await client.webhooks.recover(id, { since: new Date(start - 1000) })
  expect(recovered).toEqual({ matched: 0, queued: 0 })
  expect(received).toHaveLength(1)
})

test('a test that a kill interrupted has failed when the sender is started again', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-test-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const endpoint = await held()
  const entry = new URL('./killed-test-main.ts', import.meta.url)
  const child = fork(entry, [data, endpoint.url], {
    execArgv: ['--import', import.meta.resolve('tsx'), '--conditions', '@ainexlayer/source'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await endpoint.arrival()
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  const { client } = await startSender({ data })
  expect((await client.deliveries.list()).data).toMatchObject([
    { trigger: 'test', status: 'failed', lastError: { code: 'aborted' } },
  ])
})
