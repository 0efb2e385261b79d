import { describe, expect, test, vi } from 'vitest'
import { followClaim, inGroups } from '../../src/idempotency/index.ts'

interface Sent {
  readonly keys: readonly string[]
  answer(): void
  fail(error: unknown): void
}

/** A database that answers when it is told to. */
const database = (options: { readonly largest?: number; readonly follows?: boolean } = {}) => {
  const sent: Sent[] = []
  const reply = (keys: readonly string[]): Promise<string[]> =>
    new Promise((resolve, reject) => {
      sent.push({ keys, answer: () => resolve(keys.map((key) => `of ${key}`)), fail: reject })
    })
  const ask = inGroups<string, string>({
    keyOf: (operation) => operation.split('/')[0] ?? '',
    alone: async (operation) => (await reply([operation]))[0] ?? '',
    together: reply,
    isOfOne: (error) => error instanceof RangeError,
    ...(options.follows && { follow: (first, answer) => `${answer}, behind ${first}` }),
    ...(options.largest !== undefined && { largest: options.largest }),
  })
  const keys = () => sent.map((one) => one.keys)
  return { ask, sent, keys }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('operations that arrive while others are on their way', () => {
  test('wait, and go together as the next group, each with its own answer', async () => {
    const { ask, sent, keys } = database()
    const answers = ['a', 'b', 'c', 'd', 'e'].map(ask)
    expect(keys()).toEqual([['a'], ['b']])
    sent[0]?.answer()
    await settled()
    expect(keys()).toEqual([['a'], ['b'], ['c', 'd', 'e']])
    for (const one of sent) one.answer()
    expect(await Promise.all(answers)).toEqual(['of a', 'of b', 'of c', 'of d', 'of e'])
  })

  test('are sent first come, first served, and no group is larger than allowed', async () => {
    const { ask, sent, keys } = database({ largest: 2 })
    const answers = ['a', 'b', 'c', 'd', 'e'].map(ask)
    while (keys().flat().length < 5 || sent.length > 0) {
      for (const one of sent) one.answer()
      await settled()
      if (keys().flat().length === 5) break
    }
    expect(keys()).toEqual([['a'], ['b'], ['c', 'd'], ['e']])
    for (const one of sent) one.answer()
    expect(await Promise.all(answers)).toHaveLength(5)
  })

  test('of one key are never in one group', async () => {
    const { ask, sent, keys } = database()
    const answers = ['a', 'b', 'c/1', 'c/2', 'd'].map(ask)
    sent[0]?.answer()
    await settled()
    expect(keys()[2]).toEqual(['c/1', 'd'])
    sent[2]?.answer()
    await settled()
    expect(keys()[3]).toEqual(['c/2'])
    for (const one of sent) one.answer()
    expect(await Promise.all(answers)).toHaveLength(5)
  })

  test('of one key are answered from the first of them where its answer says theirs', async () => {
    const { ask, sent, keys } = database({ follows: true })
    const answers = ['a', 'b', 'a/1', 'a/2', 'b/1'].map(ask)
    sent[0]?.answer()
    await settled()
    expect(keys()).toEqual([['a'], ['b'], ['b/1']])
    for (const one of sent) one.answer()
    expect(await Promise.all(answers)).toEqual([
      'of a',
      'of b',
      'of a, behind a',
      'of a, behind a',
      'of b/1',
    ])
  })
})

describe('a group that fails', () => {
  const withGroup = async () => {
    const { ask, sent, keys } = database()
    const answers = ['a', 'b', 'c', 'd'].map((key) => ask(key).catch((error: unknown) => error))
    sent[0]?.answer()
    await settled()
    expect(keys()[2]).toEqual(['c', 'd'])
    return { answers, sent, keys }
  }

  test('because of one operation is sent again one by one: its neighbours have their answers', async () => {
    const { answers, sent, keys } = await withGroup()
    sent[2]?.fail(new RangeError('poisoned'))
    await settled()
    expect(keys().slice(3)).toEqual([['c'], ['d']])
    sent[3]?.fail(new RangeError('poisoned'))
    for (const one of sent) one.answer()
    const [, , poisoned, neighbour] = await Promise.all(answers)
    expect(poisoned).toEqual(new RangeError('poisoned'))
    expect(neighbour).toBe('of d')
  })

  test('because of the connection fails for all of it, and the next one is sent', async () => {
    const { answers, sent, keys } = await withGroup()
    sent[2]?.fail(new Error('connection lost'))
    sent[1]?.answer()
    const [, , ...failed] = await Promise.all(answers)
    expect(failed).toEqual([new Error('connection lost'), new Error('connection lost')])
    expect(keys()).toHaveLength(3)
  })
})

test('a group with fewer answers than operations is an error for all of it: nobody waits for ever', async () => {
  let answer = () => {}
  const ask = inGroups<string, string>({
    keyOf: (operation) => operation,
    alone: (operation) =>
      new Promise((resolve) => {
        answer = () => resolve(operation)
      }),
    together: async () => ['one'],
    isOfOne: () => false,
  })
  const answers = ['a', 'b', 'c', 'd'].map((key) => ask(key).catch((error: unknown) => error))
  answer()
  expect(await answers[2]).toEqual(new TypeError('2 operations have 1 answers.'))
  expect(await answers[3]).toEqual(new TypeError('2 operations have 1 answers.'))
})

test('two groups that are never answered do not hold up what comes later', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  try {
    const { ask, keys } = database()
    for (const key of ['a', 'b', 'c']) void ask(key)
    expect(keys()).toEqual([['a'], ['b']])
    now.mockReturnValue(251)
    void ask('d')
    expect(keys()).toEqual([['a'], ['b'], ['c', 'd']])
  } finally {
    now.mockRestore()
  }
})

test('what waits behind two groups that are never answered is sent, although nothing else arrives', async () => {
  const { ask, keys } = database()
  for (const key of ['a', 'b', 'c']) void ask(key)
  await vi.waitFor(() => expect(keys()).toEqual([['a'], ['b'], ['c']]), 2000)
})

describe('a claim that waits behind another one of its key', () => {
  const claim = (token: string) => ({
    key: 'k',
    token,
    fingerprint: `fp of ${token}`,
    leaseMs: 5000,
    retentionMs: 9000,
  })

  test('finds it in flight where it was claimed', () => {
    expect(followClaim(claim('a'), { kind: 'claimed', run: 3 }, claim('b'))).toEqual({
      kind: 'in_flight',
      run: 3,
      fingerprint: 'fp of a',
      leaseLeftMs: 5000,
    })
  })

  test('finds it done where it is done', () => {
    const done = { kind: 'done', run: 1, fingerprint: 'fp', result: null } as const
    expect(followClaim(claim('a'), done, claim('b'))).toBe(done)
  })

  test('asks the store where that is not known: its own claim sent again, a released one, one in flight', () => {
    const known = { run: 1, fingerprint: 'fp' }
    expect(followClaim(claim('a'), { kind: 'claimed', run: 1 }, claim('a'))).toBeUndefined()
    expect(followClaim(claim('a'), { kind: 'released', ...known }, claim('b'))).toBeUndefined()
    expect(
      followClaim(claim('a'), { kind: 'in_flight', ...known, leaseLeftMs: 1 }, claim('b')),
    ).toBeUndefined()
  })
})
