import { describe, expect, test, vi } from 'vitest'
import { missing, newDelivery, newTrial } from './places.ts'

const leaseMs = 600

describe.each(['redis', 'postgres', 'sqlite'] as const)('%s', (kind) => {
  const why = missing(kind)

  test('a receiver that was stopped past its lease cannot complete what another has taken over', async ({
    skip,
  }) => {
    if (why !== undefined) skip(why)
    const { start, effects } = await newTrial(kind)
    const [zombie, other] = await Promise.all([
      start({ leaseMs, handler: 'wait' }),
      start({ leaseMs, handler: 'wait' }),
    ])
    const { id, send } = await newDelivery()
    const first = send(zombie.url)
    await zombie.running()
    zombie.signal('SIGSTOP')

    const second = vi.waitFor(
      async () => {
        const answer = await send(other.url)
        expect(answer.outcome).not.toBe('in_flight')
        return answer
      },
      { timeout: 8000, interval: 20 },
    )
    await other.running()
    zombie.signal('SIGCONT')
    // It notices at its next renewal, and aborts its handler.
    await vi.waitFor(() => expect(zombie.reports).toContainEqual({ kind: 'aborted', id }), {
      timeout: 5000,
    })
    zombie.finish()
    expect(await first).toMatchObject({ status: 200 })
    // The zombie's completion was refused: the event is still the other's.
    expect(await send(other.url)).toEqual({ status: 409, outcome: 'in_flight' })
    other.finish()
    expect(await second).toEqual({ status: 200, outcome: 'processed' })
    expect(await send(zombie.url)).toEqual({ status: 200, outcome: 'duplicate' })
    expect((await effects(id)).map(({ run }) => run)).toEqual([1, 2])
  })

  test('a handler that blocks the event loop loses its claim, and the lease is taken over once', async ({
    skip,
  }) => {
    if (why !== undefined) skip(why)
    const { start, effects } = await newTrial(kind)
    const [blocked, other] = await Promise.all([
      start({ leaseMs, handler: 'block' }),
      start({ leaseMs, handler: 'work' }),
    ])
    const { id, send } = await newDelivery()
    const first = send(blocked.url)
    await blocked.running()
    await vi.waitFor(
      async () => expect(await send(other.url)).toEqual({ status: 200, outcome: 'processed' }),
      { timeout: 8000, interval: 20 },
    )
    await first
    expect((await effects(id)).map(({ run }) => run)).toEqual([2, 1])
    expect(await send(blocked.url)).toEqual({ status: 200, outcome: 'duplicate' })
  })
})
