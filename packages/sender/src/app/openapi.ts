import { eventTypes, jsonSchemaOf } from '@ainexlayer/webhooks-contract'
import type { OpenAPIHono } from '@hono/zod-openapi'

/** The request that a receiver gets for each of the 19 events, as OpenAPI describes it. */
const webhooks = (): Record<string, object> =>
  Object.fromEntries(
    eventTypes.map((type) => {
      const { $schema: _, ...data } = jsonSchemaOf(type)
      const envelope = {
        type: 'object',
        required: ['type', 'timestamp', 'data'],
        properties: {
          id: { type: 'string' },
          type: { const: type },
          timestamp: { type: 'string', format: 'date-time' },
          data,
        },
      }
      const header = (name: string, description: string) => ({
        name,
        in: 'header',
        required: true,
        description,
        schema: { type: 'string' },
      })
      return [
        type,
        {
          post: {
            summary: type,
            parameters: [
              header('webhook-id', 'The id of the event, the same over all attempts'),
              header('webhook-timestamp', 'Unix seconds of this attempt'),
              header('webhook-signature', 'v1,<base64>, several with a space between them'),
            ],
            requestBody: {
              required: true,
              content: { 'application/json': { schema: envelope } },
            },
            responses: {
              '2XX': { description: 'Delivered; after any other status it is sent again' },
            },
          },
        },
      ]
    }),
  )

/** The API described in OpenAPI 3.1, with the 19 events under `webhooks`. */
export const openApiDocument = (app: OpenAPIHono): object => {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'AINexLayer webhooks (reference sender)',
      version: '1',
      description:
        'In the style of the platform’s page; paths and bodies are this project’s choice, because the page publishes none.',
    },
    // Relative: what a request says of its host is not repeated.
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
  })
  return {
    ...document,
    components: {
      ...document.components,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
    webhooks: webhooks(),
  }
}
