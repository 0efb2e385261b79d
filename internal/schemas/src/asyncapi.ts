import { fixtures } from '@ainexlayer/webhooks/testing'
import { eventDescriptions, eventTypes } from '@ainexlayer/webhooks-contract'
import { deliveryHeaders } from './delivery-headers.ts'
import { bodySchemaOf, type Document } from './event-schemas.ts'

/** A name as AsyncAPI's references take it. */
const messageOf = (type: string): string => type.replaceAll('.', '_')

/** The 19 events as messages of AsyncAPI 3, sent by the platform over HTTP. */
export const asyncapi = (version: string): Document => ({
  asyncapi: '3.0.0',
  id: 'urn:ainexlayer:webhooks',
  info: {
    title: 'AINexLayer webhooks',
    version,
    description:
      'What the platform sends to an endpoint: HTTP POST, signed with HMAC-SHA256, until it is answered with 2xx within 30 seconds. The payloads are this project’s proposal.',
    license: { name: 'MIT' },
  },
  defaultContentType: 'application/json',
  channels: {
    endpoint: {
      title: 'The endpoint of a webhook',
      description: 'The URL that was registered for the webhook.',
      messages: Object.fromEntries(
        eventTypes.map((type) => [
          messageOf(type),
          { $ref: `#/components/messages/${messageOf(type)}` },
        ]),
      ),
      bindings: { http: {} },
    },
  },
  operations: {
    deliver: {
      action: 'send',
      channel: { $ref: '#/channels/endpoint' },
      summary: 'The platform delivers an event, at least once.',
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
    },
  },
  components: {
    messages: Object.fromEntries(
      eventTypes.map((type) => [
        messageOf(type),
        {
          name: type,
          title: type,
          summary: eventDescriptions[type],
          contentType: 'application/json',
          headers: { $ref: '#/components/schemas/headers' },
          payload: { $ref: `#/components/schemas/${messageOf(type)}` },
          examples: [{ name: type, payload: fixtures[type] }],
        },
      ]),
    ),
    schemas: {
      headers: {
        type: 'object',
        required: Object.keys(deliveryHeaders),
        properties: Object.fromEntries(
          Object.entries(deliveryHeaders).map(([name, { description, schema }]) => [
            name,
            { description, ...schema },
          ]),
        ),
      },
      ...Object.fromEntries(eventTypes.map((type) => [messageOf(type), bodySchemaOf(type)])),
    },
  },
})
