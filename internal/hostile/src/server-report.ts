/** The adapters whose servers read bodies from sockets. Lambda's gateway hands over whole bodies. */
export const adapters = ['node', 'express', 'fastify', 'hono', 'next'] as const

/** One of {@link adapters}. */
export type Adapter = (typeof adapters)[number]

/** What the process under attack says. */
export type ServerReport =
  | { readonly kind: 'listening'; readonly port: number }
  /** A genuine event was handled. */
  | { readonly kind: 'handled'; readonly id: string }
  /** Nobody caught this. */
  | { readonly kind: 'uncaught'; readonly message: string }
  /** Its memory in bytes, and the longest time in milliseconds that its event loop was blocked since the last sample. */
  | {
      readonly kind: 'sample'
      readonly rss: number
      readonly heap: number
      readonly buffers: number
      readonly blockedMs: number
    }
