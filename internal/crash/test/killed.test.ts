import { describe, expect, test, vi } from 'vitest'
import { storeKinds } from '../src/index.ts'
import { missing, newDelivery, newTrial } from './places.ts'

const leaseMs = 1000

describe.each(storeKinds)('%s', (kind) => {
  const why = missing(kind)

  test('an event whose receiver is killed with -9 while its handler runs is handled by another, once', async ({
    skip,
  }) => {
    if (why !== undefined) skip(why)
    const { start, effects } = await newTrial(kind)
    const [doomed, other] = await Promise.all([
      start({ leaseMs, handler: 'wait' }),
      start({ leaseMs, handler: 'work' }),
    ])
    const { id, send } = await newDelivery()
    const lost = send(doomed.url).catch((error: unknown) => error)
    await doomed.running()
    const killedAt = Date.now()
    await doomed.kill()
    expect(await lost).toBeInstanceOf(Error)

    const transactional = kind.endsWith('transactional')
    await vi.waitFor(
      async () => expect(await send(other.url)).toEqual({ status: 200, outcome: 'processed' }),
      { timeout: 5000, interval: 20 },
    )
    const [effect, ...more] = await effects(id)
    expect(more).toEqual([])
    // A lease must expire first; a transaction ends with its process.
    expect(effect).toMatchObject({ pid: other.pid, run: transactional ? 1 : 2 })
    expect(Date.now() - killedAt).toBeLessThan(transactional ? leaseMs : 3 * leaseMs)
    expect(await send(other.url)).toEqual({ status: 200, outcome: 'duplicate' })
  })

  test('100 duplicates at four processes at once are one run', async ({ skip }) => {
    if (why !== undefined) skip(why)
    const { start, effects } = await newTrial(kind)
    const receivers = await Promise.all(
      Array.from({ length: 4 }, () => start({ leaseMs: 30_000, handler: 'work' })),
    )
    const { id, send } = await newDelivery()
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => receivers.map(({ url }) => send(url))).flat(),
    )
    expect(answers.filter(({ outcome }) => outcome === 'processed')).toHaveLength(1)
    for (const { status, outcome } of answers) {
      expect(status).toBe(outcome === 'in_flight' ? 409 : 200)
    }
    expect(await effects(id)).toHaveLength(1)
  })
})
