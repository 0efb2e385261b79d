import { expect, test } from 'vitest'
import * as index from '../src/index.ts'
import * as msw from '../src/msw/index.ts'

test('the public names of each entry are these and no others', () => {
  expect(Object.keys(index).sort()).toEqual([
    'ApiConnectionError',
    'ApiError',
    'ApiTimeoutError',
    'ApiUsageError',
    'ClientError',
    'createClient',
    'isApiConnectionError',
    'isApiError',
    'isApiTimeoutError',
    'isApiUsageError',
    'isClientError',
    'uncheckedName',
  ])
  expect(Object.keys(msw)).toEqual(['platformHandlers'])
})
