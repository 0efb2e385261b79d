/** From the first sample of the page. */
import { createClient } from '@ainexlayer/webhooks-client'

export { isApiError } from '@ainexlayer/webhooks-client'
export const client = createClient({ apiKey: 'any' })
