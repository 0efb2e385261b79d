import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HandlingReceiver, nodeListener } from '@ainexlayer/webhooks/node'

const whenParsed =
  'Next parsed the body: add `export const config = { api: { bodyParser: false } }` to the file of this API route.'

/**
 * The whole receiver as one API route of the Pages Router: verifies, deduplicates, runs the handlers and
 * answers. The route's own file must turn body parsing off, because Next reads `config` statically from
 * the source and rejects a re-exported one. Without it the raw body is lost: every delivery is answered
 * 500 `body_already_parsed`, and the log shows the line to add.
 *
 * @example
 * // pages/api/webhooks.ts
 * export const config = { api: { bodyParser: false } }
 * export default webhookHandler(receiver)
 */
export const webhookHandler = (
  receiver: HandlingReceiver,
): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
  nodeListener(receiver, { whenParsed })
