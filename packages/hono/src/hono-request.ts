import type { IncomingRequest } from '@ainexlayer/webhooks'
import { type BodyRead, type NodeRequest, nodeBody } from '@ainexlayer/webhooks/node'
import { drainBody } from '@ainexlayer/webhooks/web'
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

const readAlready = async (): Promise<BodyRead> => ({
  ok: false,
  code: 'body_already_parsed',
  note: 'A middleware read the body and kept no bytes: mount the webhook route before it, or make it use `c.req.arrayBuffer()`.',
})

/** Bytes that an earlier middleware read through Hono, which caches them; a parsed form has lost them. */
const keptBody = (c: Context): IncomingRequest['body'] | undefined => {
  const kept = c.req.bodyCache
  const bytes = kept.arrayBuffer ?? kept.text
  if (bytes !== undefined) return async () => ({ ok: true, bytes: toUint8Array(await bytes) })
  return Object.keys(kept).length > 0 ? readAlready : undefined
}

const toUint8Array = (kept: ArrayBuffer | string): Uint8Array =>
  typeof kept === 'string' ? new TextEncoder().encode(kept) : new Uint8Array(kept)

const bodyOf = (c: Context, incoming: NodeRequest | undefined): IncomingRequest['body'] => {
  const kept = keptBody(c)
  if (kept !== undefined) return kept
  // Reading Node's stream avoids the web Request, which Hono builds only on demand.
  if (incoming !== undefined && !incoming.readableDidRead) return nodeBody(incoming)
  return c.req.raw.bodyUsed ? readAlready : c.req.raw.body
}

/** Read lazily: Hono throws where the runtime has no execution context. */
const waitUntilOf =
  (c: Context): IncomingRequest['waitUntil'] =>
  (work) => {
    try {
      c.executionCtx.waitUntil(work)
    } catch {
      // On such a runtime, background work simply continues.
    }
  }

/** Turns a Hono request into the pipeline's form. */
export const honoRequest = (c: Context, options: HonoRequestOptions): IncomingRequest => {
  const incoming = nodeRequestOf(c)
  return {
    method: c.req.method,
    headers: incoming?.headers ?? c.req.raw.headers,
    body: bodyOf(c, incoming),
    remoteAddress: options.remoteAddress
      ? options.remoteAddress(c)
      : incoming?.socket.remoteAddress,
    env: c.env,
    waitUntil: waitUntilOf(c),
  }
}

/** Drains what a refusal left unread in a web stream; on Node, the server's adapter does that. */
export const drainUnread = async (
  c: Context,
  { body, waitUntil }: IncomingRequest,
): Promise<void> => {
  if (body instanceof ReadableStream && !body.locked) await drainBody(c.req.raw, waitUntil)
}
