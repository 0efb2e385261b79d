import { expect, test } from 'vitest'
import * as index from '../src/index.ts'
import * as pages from '../src/pages.ts'

test('the public names of each entry are these and no others', () => {
  expect(Object.keys(index).sort()).toEqual(['verifyWebhook', 'webhookHandler'])
  expect(Object.keys(pages)).toEqual(['webhookHandler'])
})
