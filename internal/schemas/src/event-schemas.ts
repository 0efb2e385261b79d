import { fixtures } from '@ainexlayer/webhooks/testing'
import {
  eventDescriptions,
  eventTypes,
  jsonSchemaOf,
  type KnownEventType,
} from '@ainexlayer/webhooks-contract'

/** A JSON document. */
export type Document = Readonly<Record<string, unknown>>

/** The dialect of JSON Schema that all documents use. */
const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** The schema of the `data` of an event, without its dialect. */
const dataOf = (type: KnownEventType): Document => {
  const { $schema: _, ...data } = jsonSchemaOf(type)
  return data
}

/** The body of an event: the envelope, and its `data`. Unknown fields are allowed everywhere, as in the receiver. */
export const bodySchemaOf = (type: KnownEventType): Document => ({
  title: type,
  description: eventDescriptions[type],
  type: 'object',
  required: ['type', 'timestamp', 'data'],
  properties: {
    id: {
      type: 'string',
      minLength: 1,
      description: 'The id of the event, equal to the signed one in the headers.',
    },
    type: { const: type },
    timestamp: {
      type: 'string',
      format: 'date-time',
      description: 'When the event happened, not when it was sent.',
    },
    data: dataOf(type),
  },
  examples: [fixtures[type]],
})

/** One file for each event, and one for all of them. */
export const eventSchemas = (): ReadonlyMap<string, Document> => {
  const files = new Map<string, Document>()
  for (const type of eventTypes) {
    files.set(`${type}.json`, {
      $schema: dialect,
      $id: `urn:ainexlayer:webhooks:${type}`,
      ...bodySchemaOf(type),
    })
  }
  files.set('events.json', {
    $schema: dialect,
    $id: 'urn:ainexlayer:webhooks:events',
    title: 'AINexLayer webhook events',
    description: 'The body of one of the 19 events. `type` tells which.',
    oneOf: eventTypes.map((type) => ({ $ref: `#/$defs/${type}` })),
    $defs: Object.fromEntries(eventTypes.map((type) => [type, bodySchemaOf(type)])),
  })
  return files
}
