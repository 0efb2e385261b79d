import { expect, test } from 'vitest'
import { createSender, type SenderOptions } from '../src/index.ts'

test.for<[name: string, value: unknown]>([
  ['apiKey', undefined],
  ['apiKey', null],
  ['apiKey', ''],
  ['apiKey', 'undefined'],
  ['apiKey', 'a b'],
  ['apiKey', 7],
  ['data', 7],
  ['data', ''],
  ['allowPrivateTargets', 'no'],
  ['dev', 1],
  ['retry', { delaysSeconds: [], jitter: 0 }],
  ['retry', { delaysSeconds: [Number.NaN], jitter: 0 }],
  ['retry', 'standard'],
  ['concurrency', 0],
  ['concurrency', Number.NaN],
  ['concurrency', 1.5],
  ['timeoutMs', Number.NaN],
  ['timeoutMs', -1],
  ['maxWebhooks', 0],
  ['apiRateLimit', { requests: 0, perSeconds: 1 }],
  ['apiRateLimit', {}],
  ['keepBodiesDays', -1],
  ['keepDays', Number.POSITIVE_INFINITY],
  ['keepDeliveries', 0],
  ['ca', 'not a certificate'],
  ['clock', {}],
  ['clock', { now: () => Number.NaN, sleep: () => {} }],
  ['seed', 0.5],
  ['onError', 'log'],
  ['apikey', 'a'],
])('an option that cannot work is refused by its name: %s %j', ([name, value]) => {
  const options = { apiKey: 'secret-key', [name]: value }
  // What no type lets through, JavaScript does.
  const create = () => createSender(Object.assign(options) satisfies SenderOptions)
  expect(create).toThrow(expect.objectContaining({ name: 'SenderError', code: 'option_invalid' }))
  expect(create).toThrow(`\`${name}\``)
  expect(create).not.toThrow('secret-key')
})

test('without a key nobody is let in, and not with the word for it either', async () => {
  expect(() => createSender(JSON.parse('{}'))).toThrow('environment variable')
  const sender = createSender({ apiKey: 'key-1' })
  for (const authorization of [
    'Bearer undefined',
    'Bearer ',
    'Bearer null',
    'key-1',
    'Bearer key-12',
  ]) {
    const request = new Request('http://localhost/api/v1/webhooks', { headers: { authorization } })
    expect((await sender.fetch(request)).status).toBe(401)
  }
  await sender.close()
})
