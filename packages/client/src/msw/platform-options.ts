/** The options of `platformHandlers`. */
export interface PlatformHandlersOptions {
  /** The URL of the API. Default: `http://localhost:3001/api/v1`, as in `createClient`. */
  readonly baseUrl?: string | undefined
  /** The only API key that is accepted. Default: every key is. */
  readonly apiKey?: string | undefined
  /** How many webhooks there may be; `create` then answers 409 LIMIT_REACHED. Default: 100. */
  readonly maxWebhooks?: number | undefined
  /** Whether webhooks may use plain http, loopback and private addresses. Default: false. */
  readonly allowPrivateTargets?: boolean | undefined
  /**
   * What the endpoint of a webhook answers to a delivery, as an HTTP status; nothing is really sent.
   * Default: 200. Any status outside 200 to 299 is a failed attempt.
   */
  readonly endpointStatus?: ((delivery: { url: string; eventType: string }) => number) | undefined
  /** The clock. Default: the real one. */
  readonly now?: (() => Date) | undefined
}
