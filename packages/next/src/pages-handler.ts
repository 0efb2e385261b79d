import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HandlingReceiver, nodeListener } from '@ainexlayer/webhooks/node'

const whenParsed =
  'Next parsed the body: add `export const config = { api: { bodyParser: false } }` to the file of this API route.'

/**
 * The whole receiver as one API route of the Pages Router: verifies, dedupes, runs the handlers and
 * answers. The file must say itself that its body is not to be parsed, because Next reads `config` off
 * the source and refuses one that is re-exported; without it the body is gone, and every delivery is
 * answered 500 `body_already_parsed` with the line to add in the log.
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
