import { describe, expect, test } from 'vitest'
import { missing, newDelivery, newTrial } from './places.ts'

describe.each(['redis', 'postgres', 'sqlite'] as const)('%s', (kind) => {
  const why = missing(kind)

  test('of 50 events that each of eight processes is sent, each runs once', async ({ skip }) => {
    if (why !== undefined) skip(why)
    const { start, effects } = await newTrial(kind)
    const receivers = await Promise.all(
      Array.from({ length: 8 }, () => start({ leaseMs: 30_000, handler: 'work' })),
    )
    const deliveries = await Promise.all(Array.from({ length: 50 }, newDelivery))
    const answers = await Promise.all(
      deliveries.flatMap(({ send }) => receivers.map(({ url }) => send(url))),
    )
    expect(answers.filter(({ outcome }) => outcome === 'processed')).toHaveLength(50)
    for (const { id } of deliveries) expect(await effects(id)).toHaveLength(1)
  })
})
