import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/index.ts'
import { storeCases } from '../../src/testing/index.ts'

const virtual = (maxKeys?: number) => {
  let now = 1_000_000
  const store = memoryStore({ now: () => now, ...(maxKeys !== undefined && { maxKeys }) })
  return {
    store,
    advance: (ms: number) => {
      now += ms
    },
    claim: (token: string, key: string) =>
      store.claim({ key, token, fingerprint: 'fp', leaseMs: 1000, retentionMs: 60_000 }),
  }
}

for (const { name, run } of storeCases(() => virtual())) test(name, run)

describe('the bound', () => {
  test('drops the oldest done first, and never what is in flight', async () => {
    const { store, claim } = virtual(10)
    await claim('a', 'in-flight')
    for (let i = 0; i < 100; i++) {
      await claim('a', `done-${i}`)
      await store.complete({ key: `done-${i}`, token: 'a', result: null })
    }
    expect(await claim('b', 'in-flight')).toMatchObject({ kind: 'in_flight' })
    expect(await claim('b', 'done-99')).toMatchObject({ kind: 'done' })
    expect(await claim('b', 'done-0')).toMatchObject({ kind: 'claimed', run: 1 })
  })

  test('full of claims in flight it is unavailable, until a lease ends', async () => {
    const { claim, advance } = virtual(3)
    for (const key of ['x', 'y', 'z']) await claim('a', key)
    await expect(async () => claim('a', 'more')).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    advance(1000)
    expect(await claim('a', 'more')).toEqual({ kind: 'claimed', run: 1 })
  })

  test('refuses a bound that is no number of keys', () => {
    expect(() => memoryStore({ maxKeys: 0 })).toThrow(
      expect.objectContaining({ code: 'option_invalid' }),
    )
  })
})
