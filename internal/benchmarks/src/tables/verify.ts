import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { safeVerify, sign, verifySignature } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { WebhookVerificationService } from '@hookflo/tern'
import { verify as octokitVerify } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { bodyOf, sizes } from '../payload.ts'
import { async, type Case, compare, sync } from '../rounds.ts'
import { duration, type Table, times } from '../table.ts'

const keyBytes = Buffer.from(testSecret.slice('whsec_'.length), 'base64')
const key = createSecretKey(keyBytes)
const stripe = new Stripe('sk_test_unused')
const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'

/** Headers made of flat strings, as Node's parser makes them, not of concatenated ones. */
const asParsed = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )

/** A request and its body as a Node server receives them, signed for every contender. */
const requestOf = async (body: Buffer, spoil: (hex: string) => string) => {
  const timestamp = Math.floor(Date.now() / 1000)
  const hex = (content: string | Buffer, secret: string | Buffer) =>
    createHmac('sha256', secret).update(content).digest('hex')
  const signed = await sign({ id, signedAt: timestamp, body, secret: testSecret })
  const [, mac = ''] = (signed['webhook-signature'] ?? '').split(',')
  const spoiled = Buffer.from(spoil(Buffer.from(mac, 'base64').toString('hex')), 'hex')
  const headers: Record<string, string> = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(body.length),
    'user-agent': 'AINexLayer-Webhooks/0.1',
    ...signed,
    'webhook-signature': `v1,${spoiled.toString('base64')}`,
  }
  return {
    body,
    text: body.toString(),
    headers: asParsed(headers),
    timestamp,
    signature: spoiled,
    stripeHeader: `t=${timestamp},v1=${spoil(hex(`${timestamp}.${body}`, testSecret))}`,
    githubHeader: `sha256=${spoil(hex(body, testSecret))}`,
  }
}

type Signed = Awaited<ReturnType<typeof requestOf>>

/** Runs a function that may throw: here, a refusal is a result. */
const quietly = (operation: () => unknown) => (): unknown => {
  try {
    return operation()
  } catch {
    return undefined
  }
}

const rawLimit = ({ headers, body, signature }: Signed): Case => {
  const prefix = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`)
  const signed = Buffer.concat([prefix, body])
  return sync('raw limit: createHmac(KeyObject), timingSafeEqual', () =>
    timingSafeEqual(createHmac('sha256', key).update(signed).digest(), signature),
  )
}

const ours = ({ headers, body }: Signed): Case =>
  async('core: verifySignature', () => verifySignature({ headers, body, secret: testSecret }))

const withoutParsing = (request: Signed): Case[] => {
  const { headers, text, githubHeader } = request
  const standard = new Webhook(testSecret)
  return [
    rawLimit(request),
    ours(request),
    sync(
      'standardwebhooks, jsonParse: false',
      quietly(() => standard.verify(request.body, headers, { jsonParse: false })),
    ),
    async('@octokit/webhooks-methods, from the text', () =>
      octokitVerify(testSecret, text, githubHeader),
    ),
    async('@octokit/webhooks-methods, from the bytes', () =>
      octokitVerify(testSecret, request.body.toString(), githubHeader),
    ),
  ]
}

const withParsing = (request: Signed): Case[] => {
  const { headers, body } = request
  const [standard, svix] = [new Webhook(testSecret), new SvixWebhook(testSecret)]
  return [
    async('core: verifySignature, JSON.parse', async () => {
      const { ok } = await verifySignature({ headers, body, secret: testSecret })
      return ok && JSON.parse(body.toString())
    }),
    async('core: safeVerify (validated, typed)', () =>
      safeVerify({ headers, body, secret: testSecret }),
    ),
    sync(
      'standardwebhooks',
      quietly(() => standard.verify(body, headers)),
    ),
    sync(
      'svix',
      quietly(() => svix.verify(body, headers)),
    ),
    sync(
      'stripe: constructEvent',
      quietly(() => stripe.webhooks.constructEvent(body, request.stripeHeader, testSecret)),
    ),
    async('@hookflo/tern (github)', () =>
      WebhookVerificationService.verifyWithPlatformConfig(
        new Request('http://127.0.0.1/', {
          method: 'POST',
          headers: { 'x-hub-signature-256': request.githubHeader },
          body: new Uint8Array(body),
        }),
        'github',
        testSecret,
      ),
    ),
  ]
}

const tableOf = async (
  title: string,
  note: string,
  cases: (request: Signed) => Case[],
  spoil: (hex: string) => string = (hex) => hex,
): Promise<Table> => {
  const rows = new Map<string, string[]>()
  for (const [, bytes] of sizes) {
    const request = await requestOf(bodyOf(bytes), spoil)
    for (const { name, ns, ratio } of await compare(cases(request))) {
      const row = rows.get(name) ?? [name]
      row.push(duration(ns), times(ratio))
      rows.set(name, row)
    }
  }
  return {
    title,
    note,
    columns: ['', ...sizes.flatMap(([name]) => [name, 'ratio'])],
    rows: [...rows.values()],
  }
}

/** Verification alone, compared with the limit that node:crypto sets. */
export const verifyOnly = (): Promise<Table> =>
  tableOf(
    'Verify a genuine request, without parsing',
    'From headers and bytes as a Node server has them, to yes or no; the secrets are prepared beforehand. Ratio: time relative to the raw limit.',
    withoutParsing,
  )

/** Verification and parsing, compared with libraries that do both. */
export const verifyAndParse = (): Promise<Table> =>
  tableOf(
    'Verify a genuine request and parse its JSON',
    'Ratio: time relative to core, which checks and parses the same.',
    withParsing,
  )

/** Refusing a forgery. */
export const refuse = async (): Promise<Table> => {
  const flip = (hex: string) => `${hex.slice(0, -2)}${hex.endsWith('00') ? '01' : '00'}`
  return tableOf(
    'Refuse a forged signature',
    'Well-formed, but one byte is wrong. Ratio: time relative to the raw limit, which takes as long as for a genuine one.',
    withoutParsing,
    flip,
  )
}

/** Costs other than the HMAC: headers that are refused before it, and bodies that are not ASCII. */
export const oddRequests = async (): Promise<Table> => {
  const genuine = await requestOf(bodyOf(1024), (hex) => hex)
  const emoji = await requestOf(bodyOf(1024, 'größe 😀 '), (hex) => hex)
  const malformed = { ...genuine.headers, 'webhook-timestamp': '12.5' }
  const measured = await compare([
    ours(genuine),
    { ...ours(emoji), name: 'a body of emoji and umlauts' },
    async('a malformed timestamp', () =>
      verifySignature({ headers: malformed, body: genuine.body, secret: testSecret }),
    ),
    async('an awaited function that does nothing', async () => undefined),
  ])
  return {
    title: 'Odd requests, 1 KiB',
    note: 'Ratio: time relative to a genuine ASCII body.',
    columns: ['', 'time', 'ratio'],
    rows: measured.map(({ name, ns, ratio }) => [name, duration(ns), times(ratio)]),
  }
}

/** The time of core relative to the raw limit, by the name of the size. */
export const verifyRatios = async (
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const ratios = new Map<string, number>()
  for (const [name, bytes] of sizes) {
    if (!names.includes(name)) continue
    const request = await requestOf(bodyOf(bytes), (hex) => hex)
    const [, core] = await compare([rawLimit(request), ours(request)])
    ratios.set(name, core?.ratio ?? Number.NaN)
  }
  return ratios
}
