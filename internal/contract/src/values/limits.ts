const day = 86_400

/** Every limit and default of the API. Sizes are bytes, times are seconds, unless a name says otherwise. */
export const limits = {
  /** The whole body of a request: an event, and what is around it. */
  requestBytes: 300 * 1024,
  /** The body that is sent to the endpoints. */
  eventBytes: 256 * 1024,
  pageSize: { default: 20, max: 100 },
  eventsAtOnce: 100,
  urlCharacters: 2048,
  descriptionCharacters: 500,
  searchCharacters: 200,
  eventTypeCharacters: 100,
  subscriptions: 50,
  workspaceCharacters: 100,
  workspaces: 100,
  headers: 10,
  headerNameCharacters: 64,
  headerValueCharacters: 1024,
  attempts: 20,
  retryDelay: 7 * day,
  jitterDefault: 0.2,
  concurrency: { default: 4, max: 100 },
  rateLimit: { requests: 10_000, perSeconds: 3600 },
  webhooksDefault: 100,
  secretsAtOnce: 3,
  gracePeriod: { default: day, max: 7 * day },
  faultsOfEvent: 10,
  floodEvents: 10_000,
  faultsOfWebhook: 20,
  stats: { defaultSpan: 7 * day, maxSpan: 28 * day },
  recover: {
    maxSpan: 14 * day,
    deliveries: 10_000,
    ratePerSecond: { default: 10, min: 0.1, max: 1000 },
  },
  idempotencyKey: { characters: 200, keptFor: day },
} as const
