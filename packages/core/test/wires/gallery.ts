import { createHmac } from 'node:crypto'

/** A request as a vendor sends it. */
export interface CapturedWire {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** When it is verified, unix seconds: vectors are old. */
  readonly at: number
}

/** One public webhook format. */
export interface Wire {
  readonly name: string
  /** Where its vendor describes it. */
  readonly source: string
  /** What is signed, in a sentence. */
  readonly signs: string
  /** The profile, as a user writes it: at most five lines. */
  readonly profile: string
  /** The secret as the vendor shows it, and its encoding where it has to be named. */
  readonly secret: string
  readonly encoding?: 'utf8'
  /** A published vector: computed by the vendor, not here. Its body need not be an event. */
  readonly vector?: CapturedWire & { readonly secret: string }
  /** Two different requests, signed by the vendor's description with node:crypto alone. */
  readonly requests: readonly [CapturedWire, CapturedWire]
  /** The types of these two events. */
  readonly types: readonly [string, string]
}

const at = 1_768_473_000
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const hex = (key: string, text: string) => mac(key, text).toString('hex')
const base64 = (key: string, text: string) => mac(key, text).toString('base64')

const both = (
  bodies: readonly [object, object],
  headersOf: (body: string, seconds: number, index: number) => Readonly<Record<string, string>>,
): readonly [CapturedWire, CapturedWire] => {
  const request = (body: object, index: number): CapturedWire => {
    const text = JSON.stringify(body)
    return { body: text, headers: headersOf(text, at + index, index), at: at + index }
  }
  return [request(bodies[0], 0), request(bodies[1], 1)]
}

const secret = 'c7b1f7a06a3fd5ed7a2a9fcd1c7e4d9b'
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const whsecKey = Buffer.from(whsec.slice('whsec_'.length), 'base64')

const standardLike = (prefix: string): Wire['requests'] =>
  both(
    [
      { type: 'invoice.paid', timestamp: '2026-01-15T10:30:00Z', data: { id: 'in_1' } },
      { type: 'invoice.voided', timestamp: '2026-01-15T10:31:00Z', data: { id: 'in_2' } },
    ],
    (body, seconds, index) => ({
      [`${prefix}-id`]: `msg_${index}`,
      [`${prefix}-timestamp`]: String(seconds),
      [`${prefix}-signature`]: `v1,${mac(whsecKey, `msg_${index}.${seconds}.${body}`).toString('base64')}`,
    }),
  )

const published = {
  at: 1_614_265_330,
  secret: whsec,
  body: '{"test": 2432232314}',
}
const publishedHeaders = (prefix: string) => ({
  [`${prefix}-id`]: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  [`${prefix}-timestamp`]: '1614265330',
  [`${prefix}-signature`]: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
})

export const wires: readonly Wire[] = [
  {
    name: 'Standard Webhooks',
    source: 'https://github.com/standard-webhooks/standard-webhooks',
    signs: 'id, timestamp and body; the secret is base64 after `whsec_`.',
    profile: 'standardWebhooks()',
    secret: whsec,
    vector: { ...published, headers: publishedHeaders('webhook') },
    requests: standardLike('webhook'),
    types: ['invoice.paid', 'invoice.voided'],
  },
  {
    name: 'Svix',
    source: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
    signs: 'like Standard Webhooks, with the older header names.',
    profile: "standardWebhooks({ headerPrefix: 'svix' })",
    secret: whsec,
    vector: { ...published, headers: publishedHeaders('svix') },
    requests: standardLike('svix'),
    types: ['invoice.paid', 'invoice.voided'],
  },
  {
    name: 'GitHub',
    source: 'https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries',
    signs: 'only the body. The type and the delivery’s id are in unsigned headers.',
    profile: `hmacBody({
  header: 'X-Hub-Signature-256',
  envelope: { typeHeader: 'X-GitHub-Event', data: 'rest' },
})`,
    secret,
    vector: {
      at,
      secret: "It's a Secret to Everybody",
      body: 'Hello, World!',
      headers: {
        'X-Hub-Signature-256':
          'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
    },
    requests: both(
      [
        { ref: 'refs/heads/main', repository: { id: 1, full_name: 'a/b' }, commits: [] },
        { action: 'opened', issue: { number: 7 }, repository: { id: 1, full_name: 'a/b' } },
      ],
      (body, _, index) => ({
        'X-GitHub-Event': ['push', 'issues'][index] ?? '',
        'X-GitHub-Delivery': `72d3162e-cc78-11e3-81ab-4c9367dc095${index}`,
        'X-Hub-Signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
        'X-Hub-Signature-256': `sha256=${hex(secret, body)}`,
      }),
    ),
    types: ['push', 'issues'],
  },
  {
    name: 'Stripe',
    source: 'https://docs.stripe.com/webhooks#verify-manually',
    signs: 'timestamp and body; the secret is used as it is, including `whsec_`.',
    profile: `timestamped({
  header: 'Stripe-Signature',
  envelope: { timestamp: 'created' },
})`,
    secret: 'whsec_9fKq0dZL2mW6bT1xYv5nRs8uHc3jPe7a',
    encoding: 'utf8',
    requests: both(
      [
        {
          id: 'evt_1',
          object: 'event',
          type: 'charge.succeeded',
          created: at,
          data: { object: {} },
        },
        { id: 'evt_2', object: 'event', type: 'charge.failed', created: at, data: { object: {} } },
      ],
      (body, seconds) => {
        const key = 'whsec_9fKq0dZL2mW6bT1xYv5nRs8uHc3jPe7a'
        const v0 = hex('test', body)
        return {
          'Stripe-Signature': `t=${seconds},v1=${hex(key, `${seconds}.${body}`)},v0=${v0}`,
        }
      },
    ),
    types: ['charge.succeeded', 'charge.failed'],
  },
  {
    name: 'Shopify',
    source: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
    signs: 'only the body, in base64. The topic is in an unsigned header.',
    profile: `hmacBody({
  header: 'X-Shopify-Hmac-Sha256', prefix: '', encoding: 'base64',
  envelope: { typeHeader: 'X-Shopify-Topic', data: 'rest', timestamp: 'created_at' },
})`,
    secret,
    requests: both(
      [
        { id: 450789469, email: 'a@example.com', created_at: '2026-01-15T10:30:00-05:00' },
        { id: 450789470, email: 'b@example.com', created_at: '2026-01-15T10:31:00-05:00' },
      ],
      (body, _, index) => ({
        'X-Shopify-Topic': ['orders/create', 'orders/paid'][index] ?? '',
        'X-Shopify-Hmac-Sha256': base64(secret, body),
        'X-Shopify-Shop-Domain': 'shop.example.com',
        'X-Shopify-Webhook-Id': `b54557e4-bdd9-4b37-8a5f-bf7d70bcd04${index}`,
      }),
    ),
    types: ['orders/create', 'orders/paid'],
  },
  {
    name: 'Slack',
    source: 'https://api.slack.com/authentication/verifying-requests-from-slack',
    signs: 'a version, timestamp and body, with colons between them.',
    profile: `hmacBody({
  header: 'X-Slack-Signature', prefix: 'v0=',
  signed: 'v0:{timestamp}:{body}', timestampHeader: 'X-Slack-Request-Timestamp',
  envelope: { type: ['event', 'type'], data: 'event', id: 'event_id', timestamp: 'event_time' },
})`,
    secret,
    vector: {
      at: 1_531_420_618,
      secret: '8f742231b10e8888abcd99yyyzzz85a5',
      body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
      headers: {
        'X-Slack-Request-Timestamp': '1531420618',
        'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
    },
    requests: both(
      [
        { type: 'event_callback', event_id: 'Ev1', event_time: at, event: { type: 'app_mention' } },
        { type: 'event_callback', event_id: 'Ev2', event_time: at, event: { type: 'message' } },
      ],
      (body, seconds) => ({
        'X-Slack-Request-Timestamp': String(seconds),
        'X-Slack-Signature': `v0=${hex(secret, `v0:${seconds}:${body}`)}`,
      }),
    ),
    types: ['app_mention', 'message'],
  },
  {
    name: 'Linear',
    source: 'https://linear.app/developers/webhooks',
    signs: 'only the body, in hexadecimal without a mark. The time is in the body.',
    profile: `hmacBody({
  header: 'Linear-Signature', prefix: '',
  envelope: { timestamp: 'createdAt', id: [] },
})`,
    secret,
    requests: both(
      [
        {
          action: 'create',
          type: 'Issue',
          createdAt: '2026-01-15T10:30:00.000Z',
          data: { id: '1' },
          webhookTimestamp: at * 1000,
        },
        {
          action: 'update',
          type: 'Comment',
          createdAt: '2026-01-15T10:31:00.000Z',
          data: { id: '2' },
          webhookTimestamp: at * 1000,
        },
      ],
      (body, _, index) => ({
        'Linear-Delivery': `234d1a4e-b617-4388-90fe-adc3633d6b7${index}`,
        'Linear-Event': ['Issue', 'Comment'][index] ?? '',
        'Linear-Signature': hex(secret, body),
      }),
    ),
    types: ['Issue', 'Comment'],
  },
  {
    name: 'Zoom',
    source: 'https://developers.zoom.us/docs/api/webhooks/',
    signs: 'a version, timestamp and body, with colons between them.',
    profile: `hmacBody({
  header: 'x-zm-signature', prefix: 'v0=',
  signed: 'v0:{timestamp}:{body}', timestampHeader: 'x-zm-request-timestamp',
  envelope: { type: 'event', data: 'payload', timestamp: 'event_ts', id: [] },
})`,
    secret,
    requests: both(
      [
        { event: 'meeting.started', event_ts: at * 1000, payload: { object: { id: 'm1' } } },
        { event: 'meeting.ended', event_ts: at * 1000 + 5, payload: { object: { id: 'm1' } } },
      ],
      (body, seconds) => ({
        'x-zm-request-timestamp': String(seconds),
        'x-zm-signature': `v0=${hex(secret, `v0:${seconds}:${body}`)}`,
      }),
    ),
    types: ['meeting.started', 'meeting.ended'],
  },
  {
    name: 'Typeform',
    source: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
    signs: 'only the body, in base64 after `sha256=`.',
    profile: `hmacBody({
  header: 'Typeform-Signature', encoding: 'base64',
  envelope: { type: 'event_type', data: 'form_response', id: 'event_id' },
})`,
    secret,
    requests: both(
      [
        { event_id: '01A', event_type: 'form_response', form_response: { form_id: 'f' } },
        { event_id: '01B', event_type: 'form_response', form_response: { form_id: 'g' } },
      ],
      (body) => ({ 'Typeform-Signature': `sha256=${base64(secret, body)}` }),
    ),
    types: ['form_response', 'form_response'],
  },
  {
    name: 'Calendly',
    source: 'https://developer.calendly.com/api-docs/webhook-signatures',
    signs: 'timestamp and body.',
    profile: `timestamped({
  header: 'Calendly-Webhook-Signature',
  envelope: { type: 'event', data: 'payload', timestamp: 'created_at', id: [] },
})`,
    secret,
    requests: both(
      [
        {
          event: 'invitee.created',
          created_at: '2026-01-15T10:30:00.000000Z',
          payload: { name: 'A' },
        },
        {
          event: 'invitee.canceled',
          created_at: '2026-01-15T10:31:00.000000Z',
          payload: { name: 'B' },
        },
      ],
      (body, seconds) => ({
        'Calendly-Webhook-Signature': `t=${seconds},v1=${hex(secret, `${seconds}.${body}`)}`,
      }),
    ),
    types: ['invitee.created', 'invitee.canceled'],
  },
  {
    name: 'Paddle',
    source: 'https://developer.paddle.com/webhooks/signature-verification',
    signs: 'timestamp and body with a colon between them; the fields are separated by a semicolon.',
    profile: `timestamped({
  header: 'Paddle-Signature', timestampField: 'ts', signatureField: 'h1', separator: ';',
  signed: '{timestamp}:{body}',
  envelope: { type: 'event_type', timestamp: 'occurred_at', id: 'event_id' },
})`,
    secret,
    requests: both(
      [
        {
          event_id: 'evt_1',
          event_type: 'transaction.paid',
          occurred_at: '2026-01-15T10:30:00Z',
          data: { id: 'txn_1' },
        },
        {
          event_id: 'evt_2',
          event_type: 'transaction.billed',
          occurred_at: '2026-01-15T10:31:00Z',
          data: { id: 'txn_2' },
        },
      ],
      (body, seconds) => ({
        'Paddle-Signature': `ts=${seconds};h1=${hex(secret, `${seconds}:${body}`)}`,
      }),
    ),
    types: ['transaction.paid', 'transaction.billed'],
  },
  {
    name: 'Gitea and Forgejo',
    source: 'https://docs.gitea.com/usage/repository/webhooks',
    signs: 'only the body, in hexadecimal without a mark. The type is in an unsigned header.',
    profile: `hmacBody({
  header: 'X-Gitea-Signature', prefix: '',
  envelope: { typeHeader: 'X-Gitea-Event', data: 'rest' },
})`,
    secret,
    requests: both(
      [
        { ref: 'refs/heads/develop', before: '28e1879d', repository: { id: 140 } },
        { action: 'opened', number: 3, repository: { id: 140 } },
      ],
      (body, _, index) => ({
        'X-Gitea-Delivery': `f6266f16-1bf3-46a5-9ea4-602e06ead47${index}`,
        'X-Gitea-Event': ['push', 'pull_request'][index] ?? '',
        'X-Gitea-Signature': hex(secret, body),
      }),
    ),
    types: ['push', 'pull_request'],
  },
  {
    name: 'WooCommerce',
    source: 'https://woocommerce.com/document/webhooks/',
    signs: 'only the body, in base64. The topic is in an unsigned header.',
    profile: `hmacBody({
  header: 'X-WC-Webhook-Signature', prefix: '', encoding: 'base64',
  envelope: { typeHeader: 'X-WC-Webhook-Topic', data: 'rest' },
})`,
    secret,
    requests: both(
      [
        { id: 727, status: 'processing', total: '10.00' },
        { id: 727, status: 'completed', total: '10.00' },
      ],
      (body, _, index) => ({
        'X-WC-Webhook-Topic': ['order.created', 'order.updated'][index] ?? '',
        'X-WC-Webhook-Delivery-ID': String(index + 1),
        'X-WC-Webhook-Signature': base64(secret, body),
      }),
    ),
    types: ['order.created', 'order.updated'],
  },
]
