import type { ServerResponse } from 'node:http'
import { assertMethods, assertOptions } from '../check-options.ts'
import { consoleLogger, type Logger } from '../delivery/logger.ts'
import { answer, type HandleResult } from '../delivery/outcome.ts'
import type { BodyReader, IncomingRequest } from '../delivery/request.ts'
import { type NodeRequest, nodeBody } from './read-node-body.ts'
import { sendNodeAnswer } from './send-node-answer.ts'

/** What a listener needs of a receiver, whatever its catalog. */
export interface HandlingReceiver {
  handle(request: IncomingRequest): Promise<HandleResult>
  adoptLogger?(logger: Logger): void
  close?(): Promise<unknown>
}

/** Options of {@link nodeListener} and of the adapters that stand on it. */
export interface NodeListenerOptions<Request extends NodeRequest = NodeRequest> {
  /**
   * The caller's address, default the socket's. Behind a proxy, return the address that a proxy you
   * trust vouches for, never a bare `X-Forwarded-For`.
   */
  readonly remoteAddress?: (request: Request) => string | undefined
  /** What the log says when a parser has left its result in `body`; default: the line to change in Express. */
  readonly whenParsed?: string
}

/**
 * Checks what an adapter for Node is given, when the route is mounted.
 *
 * @param method - what the adapter calls on the receiver
 * @throws WebhookConfigurationError `option_invalid`
 */
export const assertMounted = (
  receiver: unknown,
  method: 'handle' | 'verifyRequest',
  options: unknown,
): void => {
  assertMethods('receiver', receiver, [method], 'Pass what `createReceiver` made.')
  assertOptions<NodeListenerOptions>('webhookHandler', options, { remoteAddress: 1, whenParsed: 1 })
}

/** A Node request in the pipeline's form: its body is not read before the pipeline asks for it. */
export const nodeRequest = <Request extends NodeRequest>(
  request: Request,
  options: NodeListenerOptions<Request> = {},
): IncomingRequest => new RequestOfNode(request, options)

/** Its address is asked for only where somebody wants to know: Express works it out each time. */
class RequestOfNode<Request extends NodeRequest> implements IncomingRequest {
  readonly method: string
  readonly headers: Request['headers']
  readonly body: BodyReader
  readonly #request: Request
  readonly #options: NodeListenerOptions<Request>

  constructor(request: Request, options: NodeListenerOptions<Request>) {
    this.method = request.method ?? ''
    this.headers = request.headers
    this.body = nodeBody(request, { parsed: options.whenParsed })
    this.#request = request
    this.#options = options
  }

  get remoteAddress(): string | undefined {
    const { remoteAddress } = this.#options
    return remoteAddress ? remoteAddress(this.#request) : this.#request.socket.remoteAddress
  }
}

/** The last resort: nobody above a listener catches what it throws, and Node ends the process then. */
const fail = (request: NodeRequest, response: ServerResponse, error: unknown): void => {
  try {
    consoleLogger.error({ err: error }, 'a webhook could not be answered as it should')
    sendNodeAnswer(request, response, answer({ outcome: 'failed', code: 'misconfigured' }))
  } catch {
    response.destroy()
  }
}

/**
 * A listener for `node:http`, and what the adapters of Node frameworks are made of. Never rejects.
 *
 * @throws WebhookConfigurationError `option_invalid` for what is no receiver, and for an option that does not exist
 *
 * @example
 * createServer(nodeListener(receiver)).listen(3000)
 */
export const nodeListener = <Request extends NodeRequest = NodeRequest>(
  receiver: HandlingReceiver,
  options: NodeListenerOptions<Request> = {},
): ((request: Request, response: ServerResponse) => Promise<void>) => {
  assertMounted(receiver, 'handle', options)
  return async (request, response) => {
    try {
      sendNodeAnswer(request, response, await receiver.handle(nodeRequest(request, options)))
    } catch (error) {
      fail(request, response, error)
    }
  }
}
