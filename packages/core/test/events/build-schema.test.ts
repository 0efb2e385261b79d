import { createReceiver } from '@ainexlayer/webhooks'
import type { StandardSchema } from '@ainexlayer/webhooks/events'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { expect, test } from 'vitest'

/** A schema that is built when it is asked for, as those of the catalog are. */
const lazySchema = () => {
  const state = { built: 0 }
  const schema: StandardSchema & { readonly schema: unknown } = {
    get schema() {
      return ++state.built
    },
    '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
  }
  return { state, schema }
}

test('the schema of an event that a handler names is built before its first delivery, others when they come', () => {
  const [named, other] = [lazySchema(), lazySchema()]
  const events = { 'a.b': named.schema, 'a.c': other.schema }
  const receiver = createReceiver({ secret: testSecret, events })
  receiver.on('*', () => {}).on('a.*', () => {})
  expect([named.state.built, other.state.built]).toEqual([0, 0])
  receiver.on('a.b', () => {})
  expect([named.state.built, other.state.built]).toEqual([1, 0])
})
