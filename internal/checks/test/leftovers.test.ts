import { expect, test } from 'vitest'
import { leftoversAmong } from '../src/leftovers.mjs'

test('logs, profiles, dumps and archives are leftovers', () => {
  const leftovers = [
    'internal/benchmarks/isolate-0x1d8a4f00-16523-v8.log',
    'CPU.20260101.120000.1.0.001.cpuprofile',
    'packages/core/Heap.heapsnapshot',
    'packages/core/ainexlayer-webhooks-0.1.0.tgz',
    'packages/core/src/index.ts.orig',
    'index.ts.rej',
    'core.4711',
    'docs/errors.md~',
  ]
  expect(leftoversAmong(leftovers)).toEqual(leftovers)
})

test('what is written on purpose is not', () => {
  const written = ['packages/core/src/receiver/logger.ts', 'docs/errors.md', '.ci/run', 'LICENSE']
  expect(leftoversAmong(written)).toEqual([])
})
