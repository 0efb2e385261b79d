export type { HonoRequestOptions } from './hono-request.ts'
export type { WebhookVariables } from './verify-webhook.ts'
export { verifyWebhook } from './verify-webhook.ts'
export { webhookHandler } from './webhook-handler.ts'
