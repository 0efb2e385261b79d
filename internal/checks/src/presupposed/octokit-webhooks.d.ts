/** The part of `@octokit/webhooks` that the guide shows: it is not installed here. */
declare module '@octokit/webhooks' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface GenuineEvent {
    readonly id: string
    readonly name: string
    readonly payload: object
  }
  export class Webhooks {
    constructor(options: { readonly secret: string })
    on(event: string, handler: (event: GenuineEvent) => unknown): void
    onAny(handler: (event: GenuineEvent) => unknown): void
    onError(handler: (error: Error) => unknown): void
  }
  export const createNodeMiddleware: (
    webhooks: Webhooks,
    options?: { readonly path?: string },
  ) => (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
}
