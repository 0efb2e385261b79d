export type { VerifiedRequest } from './verify-webhook.ts'
export { verifyWebhook } from './verify-webhook.ts'
export type { ExpressRequest } from './webhook-handler.ts'
export { webhookHandler } from './webhook-handler.ts'
