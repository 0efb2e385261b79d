import type { IncomingRequest } from '@ainexlayer/webhooks'
import { type BodyRead, type NodeRequest, nodeBody } from '@ainexlayer/webhooks/node'
import { drainBody, keptBody, webBody } from '@ainexlayer/webhooks/web'
import type { Context } from 'hono'

/** Options shared by `webhookHandler` and `verifyWebhook`. */
export interface HonoRequestOptions {
  /**
   * Returns the caller's address. Default: the socket's address on Node, none elsewhere. On other
   * runtimes, use what the platform guarantees, such as `c.req.header('cf-connecting-ip')` on Cloudflare.
   */
  readonly remoteAddress?: (c: Context) => string | undefined
}

/** Node's own request, which `@hono/node-server` adds to the bindings. */
const nodeRequestOf = (c: Context): NodeRequest | undefined => {
  const env: unknown = c.env
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return undefined
  return env.incoming as NodeRequest
}

const readByMiddleware =
  'A middleware read the body and kept no bytes: mount the webhook route before it, or make it use `c.req.arrayBuffer()`.'

const readAlready = async (): Promise<BodyRead> => ({
  ok: false,
  code: 'body_already_parsed',
  note: readByMiddleware,
})

/** A body that an earlier middleware read through Hono, which keeps it; a parsed form has lost the bytes. */
const keptBy = ({ req: { bodyCache } }: Context): IncomingRequest['body'] | undefined => {
  const { arrayBuffer, blob, text } = bodyCache
  const kept = arrayBuffer ?? (blob && bytesOf(blob)) ?? text
  if (kept !== undefined) return keptBody(kept)
  // Not `parsedBody`: Hono fills it without a look at a body that is no form.
  return 'json' in bodyCache || 'formData' in bodyCache ? readAlready : undefined
}

const bytesOf = async (blob: Blob | Promise<Blob>): Promise<ArrayBuffer> =>
  (await blob).arrayBuffer()

/**
 * Whether the body is still where Node's server put it. `@hono/node-server` makes a web Request of a request when
 * something first asks for its body, and reads Node's stream for it from then on; it notes that on its own request,
 * under these names. Any other request, such as one that a middleware has put in its place, holds a body itself.
 */
const isInNodesStream = (raw: Request): boolean => {
  let isOfNode = false
  for (const { description } of Object.getOwnPropertySymbols(raw)) {
    if (description === 'requestCache' || description === 'bodyConsumedDirectly') return false
    if (description === 'incomingKey') isOfNode = true
  }
  return isOfNode
}

/** Where the bytes of the body still are, and how what a refusal leaves of them is taken in. */
interface BodySource {
  readonly body: IncomingRequest['body']
  readonly drain?: (waitUntil: IncomingRequest['waitUntil']) => Promise<void> | undefined
}

const bodyOf = (c: Context, incoming: NodeRequest | undefined): BodySource => {
  const kept = keptBy(c)
  if (kept !== undefined) return { body: kept }
  const { raw } = c.req
  // Node's stream spares the web Request that Hono builds only when somebody asks for it.
  if (incoming === undefined || !isInNodesStream(raw)) {
    const body = raw.bodyUsed ? readAlready : webBody(raw)
    return { body, drain: (waitUntil) => drainBody(raw, waitUntil) }
  }
  return {
    body: nodeBody(incoming, { read: readByMiddleware }),
    drain: () => {
      // Not every version of the server goes on with a stream that is paused.
      if (incoming.readableFlowing === false) incoming.resume()
      return undefined
    },
  }
}

/**
 * A request of Hono in the pipeline's form, and what takes in the rest of its body before the answer. A class, because
 * a getter on an object literal costs more than all the rest of the object.
 */
export class HonoRequest implements IncomingRequest {
  readonly method: string
  readonly headers: IncomingRequest['headers']
  readonly body: IncomingRequest['body']
  readonly env: unknown
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly #context: Context
  readonly #options: HonoRequestOptions
  readonly #incoming: NodeRequest | undefined
  readonly #source: BodySource

  constructor(c: Context, options: HonoRequestOptions) {
    this.#context = c
    this.#options = options
    this.#incoming = nodeRequestOf(c)
    this.#source = bodyOf(c, this.#incoming)
    this.method = c.req.method
    this.headers = this.#incoming?.headers ?? c.req.raw.headers
    this.body = this.#source.body
    this.env = c.env
    this.waitUntil = (work) => {
      try {
        c.executionCtx.waitUntil(work)
      } catch {
        // Hono throws where the runtime has no execution context: there, background work simply continues.
      }
    }
  }

  get remoteAddress(): string | undefined {
    const { remoteAddress } = this.#options
    return remoteAddress ? remoteAddress(this.#context) : this.#incoming?.socket.remoteAddress
  }

  /** Undefined when there is nothing to wait for. */
  drain(): Promise<void> | undefined {
    return this.#source.drain?.(this.waitUntil)
  }
}
