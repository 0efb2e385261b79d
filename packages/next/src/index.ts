export type { VerifiedContext } from './verify-webhook.ts'
export { verifyWebhook } from './verify-webhook.ts'
export { webhookHandler } from './webhook-handler.ts'
