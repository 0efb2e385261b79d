import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { fixtures } from '@ainexlayer/webhooks/testing'
import { eventTypes } from '@ainexlayer/webhooks-contract'
import { Parser } from '@asyncapi/parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { files, folder } from '../src/files.ts'

const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))

const ajv = new Ajv2020({ strict: true, allErrors: true })
addFormats.default(ajv)

test('the files that are shipped are those that the sources say: else run `npx pnpm@12 update:schemas`', async () => {
  const wanted = await files()
  expect(readdirSync(folder).sort()).toEqual([...wanted.keys()].sort())
  for (const [name, text] of wanted) {
    expect(readFileSync(join(folder, name), 'utf8') === text, name).toBe(true)
  }
})

describe.each(eventTypes)('the JSON Schema of %s', (type) => {
  const validate = ajv.compile(read(`${type}.json`))
  const event = fixtures[type]

  test('takes the example, and fields that nobody knows', () => {
    expect(validate(event), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...event, new: 1, data: { ...event.data, later: [] } })).toBe(true)
  })

  test('takes no other type, and nothing without data', () => {
    expect(validate({ ...event, type: 'other.type' })).toBe(false)
    const { data: _, ...rest } = event
    expect(validate(rest)).toBe(false)
  })

  test('says of each field what the receiver says', () => {
    const { schema } = ainexlayerEvents[type]
    const odd = [undefined, null, '', 'x', 'yesterday', 0, -1, 1.5, true, [], ['a'], {}]
    for (const field of Object.keys(event.data)) {
      for (const value of odd) {
        const data: Record<string, unknown> = { ...event.data, [field]: value }
        // JSON has no undefined: the field is then missing.
        if (value === undefined) delete data[field]
        const byReceiver = schema.safeParse(data).success
        expect(validate({ ...event, data }), `${field}: ${JSON.stringify(value)}`).toBe(byReceiver)
      }
    }
  })
})

test('the schema of all events takes each example, and tells the types apart', () => {
  const validate = ajv.compile(read('events.json'))
  for (const type of eventTypes) expect(validate(fixtures[type]), type).toBe(true)
  expect(validate({ ...fixtures['user.login'], type: 'user.gone' })).toBe(false)
})

test('the OpenAPI document is one, with the 19 events', async () => {
  const document = read('openapi.json')
  const { valid, errors } = await new Validator().validate(document)
  expect(errors ?? []).toEqual([])
  expect(valid).toBe(true)
  expect(Object.keys(document.webhooks)).toEqual(eventTypes)
})

test('the AsyncAPI document is one, with the 19 events', async () => {
  const { document, diagnostics } = await new Parser().parse(read('asyncapi.json'))
  // 0 is an error, 1 a warning; the rest are hints, such as a newer version of AsyncAPI.
  expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([])
  expect(
    document
      ?.messages()
      .all()
      .map((message) => message.name())
      .sort(),
  ).toEqual([...eventTypes].sort())
})
