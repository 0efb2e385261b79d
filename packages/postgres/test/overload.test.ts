import { expect, test } from 'vitest'
import { postgresStore } from '../src/index.ts'

/** A server that answers all statements but the first two with an error. */
const failing = (code: string) => {
  let sent = 0
  const client = {
    query: async () => {
      sent += 1
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw Object.assign(new Error('refused'), { code })
    },
  }
  return { store: postgresStore({ client, warn: () => {} }), sent: () => sent }
}

const claimMany = (store: ReturnType<typeof postgresStore>) =>
  Promise.allSettled(
    Array.from({ length: 52 }, (_, index) =>
      store.claim({
        key: `event-${index}`,
        token: 'token',
        fingerprint: 'fp',
        leaseMs: 1000,
        retentionMs: 1000,
      }),
    ),
  )

test.for([
  ['57014', 'that takes too long'],
  ['25006', 'that may not write'],
  ['42P01', 'without its table'],
] as const)('a group with %s, on a server %s, is not sent again one by one', async ([code]) => {
  const { store, sent } = failing(code)
  const claims = await claimMany(store)
  expect(claims.every(({ status }) => status === 'rejected')).toBe(true)
  // Two that were alone, and the group.
  expect(sent()).toBe(3)
})

test.for(['55P03', '22P05', '23514', '42501', 'P0001'])(
  'a group with %s, which one row may have caused, is sent again one by one',
  async (code) => {
    const { store, sent } = failing(code)
    await claimMany(store)
    expect(sent()).toBe(2 + 1 + 50)
  },
)
