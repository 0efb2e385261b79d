import { expect, test } from 'vitest'
import * as index from '../src/index.ts'

test('the public names are these and no others', () => {
  expect(Object.keys(index).sort()).toEqual([
    'bullmqState',
    'instrumentWebhooks',
    'observeQueue',
    'otelChannels',
    'pgBossState',
  ])
})
