import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventTypes } from '@ainexlayer/webhooks-contract'
import { expect, test } from 'vitest'
import { declaredEvents } from './event-declarations.ts'

const file = join(import.meta.dirname, '../../src/dashboard/assets/events.json')

test('the catalog of the dashboard says of each field what core says of it', () => {
  const declared = declaredEvents()
  if (process.env['UPDATE_EVENTS'] === 'yes') {
    writeFileSync(file, `${JSON.stringify(declared, undefined, 2)}\n`)
  }

  expect(Object.keys(declared).sort()).toEqual([...eventTypes].sort())
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(declared)
})
