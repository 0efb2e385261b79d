import { eventDescriptions, eventTypes } from '@ainexlayer/webhooks-contract'
import { answers, deliveryHeaders } from './delivery-headers.ts'
import { bodySchemaOf, type Document } from './event-schemas.ts'

const componentOf = (type: string): string => type.replaceAll('.', '_')

/** The 19 events as the `webhooks` of OpenAPI 3.1. */
export const openapi = (version: string): Document => ({
  openapi: '3.1.1',
  info: {
    title: 'AINexLayer webhooks',
    version,
    description:
      'What an endpoint receives. The names of the events are the platform’s; their payloads are this project’s proposal.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  webhooks: Object.fromEntries(
    eventTypes.map((type) => [
      type,
      {
        post: {
          operationId: componentOf(type),
          summary: eventDescriptions[type],
          parameters: Object.keys(deliveryHeaders).map((name) => ({
            $ref: `#/components/parameters/${name}`,
          })),
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: { $ref: `#/components/schemas/${componentOf(type)}` } },
            },
          },
          responses: Object.fromEntries(
            Object.entries(answers).map(([status, description]) => [status, { description }]),
          ),
        },
      },
    ]),
  ),
  components: {
    parameters: Object.fromEntries(
      Object.entries(deliveryHeaders).map(([name, header]) => [
        name,
        { name, in: 'header', required: true, ...header },
      ]),
    ),
    schemas: Object.fromEntries(eventTypes.map((type) => [componentOf(type), bodySchemaOf(type)])),
  },
})
