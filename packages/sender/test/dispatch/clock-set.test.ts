import { expect, test, vi } from 'vitest'
import type { Clock } from '../../src/delivery/clock.ts'
import { receive, statuses } from '../receiving.ts'
import { startSender } from '../sending.ts'

const hourMs = 3_600_000

/** A clock that somebody sets, and whose sleepers do not notice that, as timers do not. */
const settableClock = (): Clock & { set(byMs: number): void; wakeAfter(ms: number): void } => {
  let now = Date.parse('2026-01-15T10:30:00Z')
  let sleepers: { readonly ms: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        sleepers.push({ ms, wake: resolve })
      }),
    set: (byMs) => {
      now += byMs
    },
    wakeAfter: (most) => {
      const due = sleepers.filter(({ ms }) => ms <= most)
      sleepers = sleepers.filter(({ ms }) => ms > most)
      for (const { wake } of due) wake()
    },
  }
}

test('a retry that becomes due because the clock was set, or the machine slept, is made within a minute', async () => {
  const clock = settableClock()
  const { url, received } = await receive(statuses(503))
  const retry = { delaysSeconds: [0, 7200], jitter: 0 }
  const { client } = await startSender({ clock, retry })
  await client.webhooks.create({ url, events: ['*'] })
  await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  await vi.waitFor(async () =>
    expect(await client.deliveries.get('delivery-1')).toMatchObject({ status: 'retrying' }),
  )
  clock.set(3 * hourMs)
  clock.wakeAfter(60_000)
  await vi.waitFor(() => expect(received).toHaveLength(2))
})

test('a rate limit does not hold back what comes after the clock was set back', async () => {
  const clock = settableClock()
  const { url, received } = await receive()
  const { client } = await startSender({ clock })
  const rateLimit = { requests: 1, perSeconds: 1 }
  await client.webhooks.create({ url, events: ['*'], rateLimit })
  await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  await vi.waitFor(() => expect(received).toHaveLength(1))
  clock.set(-3 * hourMs)
  await client.events.emit({ type: 'user.deleted', data: { id: 'user-2' } })
  await vi.waitFor(() => expect(received).toHaveLength(2))
})
