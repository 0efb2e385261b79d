/** What any page may take for granted: a receiver, and one captured request with its secret. */
import type { Receiver } from '@ainexlayer/webhooks'

export { createReceiver } from '@ainexlayer/webhooks'
export declare const receiver: Receiver
export const secret = process.env['AINEXLAYER_WEBHOOK_SECRET'] ?? ''
export declare const headers: Headers
export declare const body: Uint8Array
