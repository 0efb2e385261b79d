import type { Hmac } from 'node:crypto'

/** What a request is signed with. */
export interface SigningMaterial {
  readonly id: string
  readonly timestamp: string
  readonly body: string
  /** The base64 of the secret, without `whsec_`. */
  readonly key: string
  readonly hmac: (secret: string | Buffer, content: string) => Hmac
}

/** A mistake that receivers make: who takes a request that is signed like this, makes it. */
export interface ReceiverMistake {
  /** Behind "the receiver takes". */
  readonly name: string
  readonly fix: string
  /** Whether it can be made around a receiver of this SDK, too: with a body that was parsed, or the wrong key. */
  readonly withSdk: boolean
  readonly sign: (material: SigningMaterial) => Readonly<Record<string, string>>
}

const headers = ({ id, timestamp }: SigningMaterial, signature: string, prefix = 'webhook') => ({
  [`${prefix}-id`]: id,
  [`${prefix}-timestamp`]: timestamp,
  [`${prefix}-signature`]: signature,
})

const bytes = ({ key }: SigningMaterial): Buffer => Buffer.from(key, 'base64')
const content = ({ id, timestamp, body }: SigningMaterial): string => `${id}.${timestamp}.${body}`

const decode =
  'Decode the secret: `Buffer.from(secret.slice("whsec_".length), "base64")` is the key.'
const parsed =
  'Something parsed the body first: take the route above `express.json()`, or read it with `express.raw`, and verify the bytes that arrived.'

const withKey = (
  name: string,
  keyOf: (material: SigningMaterial) => string | Buffer,
): ReceiverMistake => ({
  name,
  fix: decode,
  withSdk: true,
  sign: (material) =>
    headers(material, `v1,${material.hmac(keyOf(material), content(material)).digest('base64')}`),
})

const over = (
  name: string,
  contentOf: (material: SigningMaterial) => string,
  fix: string,
): ReceiverMistake => ({
  name,
  fix,
  withSdk: fix === parsed,
  sign: (material) =>
    headers(material, `v1,${material.hmac(bytes(material), contentOf(material)).digest('base64')}`),
})

const written = (name: string, write: (digest: Hmac) => string, fix: string): ReceiverMistake => ({
  name,
  fix,
  withSdk: false,
  sign: (material) => headers(material, write(material.hmac(bytes(material), content(material)))),
})

const signsAll = 'Sign the id, the timestamp and the body: all three, with dots between them.'
const writesBase64 = 'Compare the base64 of the HMAC with each `v1,…` in the header.'

/** The mistakes, the most frequent first. */
export const mistakes: readonly ReceiverMistake[] = [
  over('a signature over an empty body', ({ id, timestamp }) => `${id}.${timestamp}.`, parsed),
  over(
    'a signature over the text [object Object]',
    ({ id, timestamp }) => `${id}.${timestamp}.[object Object]`,
    parsed,
  ),
  over(
    'a signature over JSON that was written again with spaces',
    ({ id, timestamp, body }) =>
      `${id}.${timestamp}.${JSON.stringify(JSON.parse(body), undefined, 2)}`,
    parsed,
  ),
  withKey('a signature with the text of the secret as the key', ({ key }) => `whsec_${key}`),
  withKey('a signature with the text behind whsec_ as the key', ({ key }) => key),
  withKey('a signature with the whole text decoded from base64', ({ key }) =>
    Buffer.from(`whsec_${key}`, 'base64'),
  ),
  over('a signature over the body alone', ({ body }) => body, signsAll),
  over(
    'a signature over timestamp.body',
    ({ timestamp, body }) => `${timestamp}.${body}`,
    signsAll,
  ),
  over('a signature over id.body', ({ id, body }) => `${id}.${body}`, signsAll),
  over(
    'a signature over timestamp.id.body',
    ({ id, timestamp, body }) => `${timestamp}.${id}.${body}`,
    signsAll,
  ),
  written('a signature in base64 without v1,', (digest) => digest.digest('base64'), writesBase64),
  written('a signature in hexadecimal', (digest) => digest.digest('hex'), writesBase64),
  written(
    'a signature in hexadecimal behind v1,',
    (digest) => `v1,${digest.digest('hex')}`,
    writesBase64,
  ),
  {
    name: 'the headers svix-*',
    fix: 'It reads the older names: send with `--profile svix`, or let it read `webhook-id`, `webhook-timestamp` and `webhook-signature`.',
    withSdk: false,
    sign: (material) =>
      headers(
        material,
        `v1,${material.hmac(bytes(material), content(material)).digest('base64')}`,
        'svix',
      ),
  },
  {
    name: 'the profile hmac-body',
    fix: 'It reads another wire: exercise it with `--profile hmac-body`.',
    withSdk: false,
    sign: (material) => ({
      'x-ainexlayer-signature': `sha256=${material.hmac(bytes(material), material.body).digest('hex')}`,
    }),
  },
  {
    name: 'the profile timestamped',
    fix: 'It reads another wire: exercise it with `--profile timestamped`.',
    withSdk: false,
    sign: (material) => ({
      'x-ainexlayer-signature': `t=${material.timestamp},v1=${material
        .hmac(bytes(material), `${material.timestamp}.${material.body}`)
        .digest('hex')}`,
    }),
  },
  {
    name: 'a timestamp in milliseconds',
    fix: 'Read `webhook-timestamp` as unix seconds: multiply it by 1000 before you compare it with Date.now().',
    withSdk: false,
    sign: (material) => {
      const inMs = { ...material, timestamp: `${material.timestamp}000` }
      return headers(inMs, `v1,${inMs.hmac(bytes(inMs), content(inMs)).digest('base64')}`)
    },
  },
]
