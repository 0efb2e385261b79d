import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import ts from 'typescript'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { inferProfile } from '../../src/diagnose/index.ts'
import {
  createReceiver,
  hmacBody,
  memoryStore,
  type Profile,
  type Receiver,
  type ReceiverOptions,
  standardWebhooks,
  timestamped,
  verifySignature,
} from '../../src/index.ts'
import { type CapturedWire, type Wire, wires } from './gallery.ts'

const whsecText = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** The profile of a text, as a user's module would have it. */
const evaluated = (source: string): Profile =>
  new Function('standardWebhooks', 'hmacBody', 'timestamped', `return ${source}`)(
    standardWebhooks,
    hmacBody,
    timestamped,
  )

/** The options that a printed receiver was made with. */
const printedOptions = (source: string): ReceiverOptions => {
  const code = source.replace(/^import .*$/m, '').replace('export const receiver =', 'return')
  const makers = {
    standardWebhooks,
    hmacBody,
    timestamped,
    createReceiver: (options: unknown) => options,
  }
  return new Function(...Object.keys(makers), code)(...Object.values(makers))
}

const receiverOf = (
  options: Pick<ReceiverOptions, 'secret' | 'profile'>,
  seen: string[],
): Receiver => {
  let at = 0
  const receiver = createReceiver({
    ...options,
    logger: quiet,
    store: memoryStore(),
    now: () => at * 1000,
  })
  receiver.on('*', ({ type }) => {
    seen.push(type)
  })
  receiver.onUnknown(({ type }) => {
    seen.push(type)
  })
  const { handle } = receiver
  return Object.assign(receiver, {
    handle: (request: Parameters<typeof handle>[0] & { at: number }) => {
      at = request.at
      return handle(request)
    },
  })
}

const post = ({ headers, body, at }: CapturedWire) => ({ method: 'POST', headers, body, at })
const changed = (request: CapturedWire): CapturedWire => ({
  ...request,
  body: request.body.replace(/[a-z]/, (letter) => (letter === 'a' ? 'b' : 'a')),
})

afterEach(() => vi.unstubAllEnvs())

describe.each(wires)('$name', (wire: Wire) => {
  const secret =
    wire.encoding === undefined ? wire.secret : { value: wire.secret, encoding: wire.encoding }
  const profile = evaluated(wire.profile)

  test('its profile has at most five lines', () => {
    expect(wire.profile.split('\n').length).toBeLessThanOrEqual(5)
  })

  test('its events reach the handlers, and nothing else does', async () => {
    const seen: string[] = []
    const receiver = receiverOf({ secret, profile }, seen)
    for (const request of wire.requests) {
      expect(await receiver.handle(post(changed(request)))).toMatchObject({ status: 401 })
      expect(await receiver.handle(post(request))).toMatchObject({ outcome: 'processed' })
      expect(await receiver.handle(post(request))).toMatchObject({ outcome: 'duplicate' })
    }
    expect(seen).toEqual(wire.types)
  })

  test('inferProfile finds it in one request, and what it prints accepts the next', async () => {
    const [first, second] = wire.requests
    const { matches } = await inferProfile({
      headers: first.headers,
      body: first.body,
      secret: wire.secret,
    })
    const [match] = matches
    expect(match?.source?.split('\n')).toHaveLength(5)
    vi.stubEnv('AINEXLAYER_WEBHOOK_SECRET', wire.secret)
    const options = printedOptions(match?.source ?? '')
    expect(JSON.stringify(options.profile)).toBe(JSON.stringify({ ...match?.profile }))
    const seen: string[] = []
    const receiver = receiverOf(options, seen)
    expect(await receiver.handle(post(changed(second)))).toMatchObject({ status: 401 })
    expect(await receiver.handle(post(second))).toMatchObject({ outcome: 'processed' })
    expect(seen).toEqual([wire.types[1]])
  })

  test('inferProfile finds nothing with another secret', async () => {
    const [{ headers, body }] = wire.requests
    expect(await inferProfile({ headers, body, secret: `${wire.secret}x` })).toMatchObject({
      ok: false,
    })
  })
})

test.each(wires.filter(({ vector }) => vector !== undefined))(
  'the published vector of $name verifies, and no other body',
  async ({ vector, profile }) => {
    if (vector === undefined) return
    const given = { ...vector, profile: evaluated(profile), now: () => vector.at * 1000 }
    expect(await verifySignature(given)).toMatchObject({ ok: true })
    const longer = { ...given, body: `${vector.body} ` }
    expect((await verifySignature(longer)).code).toBe('invalid_signature')
  },
)

describe('formats that no profile can describe are named for what they are', () => {
  const secret = 'test123'
  const body = '{"post":{"current":{"id":"67447438e61fb200012f48e0"}}}'

  test('Ghost signs the time behind the body', async () => {
    const mac = createHmac('sha256', secret).update(`${body}1732539451946`).digest('hex')
    const headers = { 'X-Ghost-Signature': `sha256=${mac}, t=1732539451946` }
    const { matches } = await inferProfile({ headers, body, secret })
    expect(matches[0]).toMatchObject({ profile: undefined, signed: '{body}{timestamp}' })
    expect(matches[0]?.missing[0]).toContain('behind the body')
  })

  test('Intercom signs with SHA-1', async () => {
    const mac = createHmac('sha1', secret).update(body).digest('hex')
    const headers = { 'X-Hub-Signature': `sha1=${mac}` }
    const { ok, message } = await inferProfile({ headers, body, secret })
    expect(ok).toBe(false)
    expect(message).toContain('is HMAC-SHA1')
  })
})

test('what is printed compiles', async () => {
  const sources: string[] = []
  for (const { requests, secret } of wires) {
    const [{ headers, body }] = requests
    const { matches } = await inferProfile({ headers, body, secret })
    sources.push(matches[0]?.source ?? 'nothing was found')
  }
  // Secrets that have to be cut, decoded or taken with the spaces around them, and texts that need escapes.
  for (const [secret, key] of [
    [`whsec_${whsecText}`, whsecText],
    [` ${whsecText}\n`, ` ${whsecText}\n`],
    [Buffer.from(whsecText).toString('hex'), whsecText],
  ] as const) {
    const mac = createHmac('sha256', key).update("it's\n{}").digest('base64url')
    const headers = { 'x-sig': `a'b=${mac}`, 'x-event': "it's" }
    const { matches } = await inferProfile({ headers, body: '{}', secret })
    sources.push(matches[0]?.source ?? 'nothing was found')
  }
  // Each in a module of its own, as a user would have it.
  const folder = import.meta.dirname
  const files = new Map(
    sources.map((source, index) => [join(folder, `printed-${index}.ts`), source]),
  )
  const config = ts.readConfigFile(
    join(import.meta.dirname, '../../tsconfig.json'),
    ts.sys.readFile,
  )
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, join(folder, '../..'))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name)
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true)
  }
  const program = ts.createProgram(
    [...files.keys()],
    { ...options, noEmit: true, noPropertyAccessFromIndexSignature: false },
    host,
  )
  const problems = [...files.keys()].flatMap((name) => {
    const file = program.getSourceFile(name)
    return [...program.getSemanticDiagnostics(file), ...program.getSyntacticDiagnostics(file)]
  })
  expect(
    problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  ).toEqual([])
}, 120_000)

const heading = `# Wires

The wire is the form in which a webhook is sent: its headers, what is signed, and how the JSON is laid out. The platform publishes none of it. This page lists public
webhook formats that use HMAC-SHA256, each with the profile that verifies it. What your deployment sends is probably close to one of them.

Each profile is tested with a vector from its vendor, if one is published (✓), and with requests that were signed as the vendor describes, without this package.
\`standardWebhooks\`, \`hmacBody\` and \`timestamped\` come from \`@ainexlayer/webhooks\`. Pass what they return as the \`profile\` of \`createReceiver\`.

If yours is none of them, \`inferProfile\` can find it:

\`\`\`ts
import { inferProfile } from '@ainexlayer/webhooks/diagnose'

const { ok, message, matches } = await inferProfile({ headers, body, secret }) // of one captured request
console.log(ok ? matches[0].source : message) // prints a receiver in five lines
console.log(matches[0]?.missing)              // what is missing for safety
\`\`\`

It tries the plausible signed strings, with every reading of the secret, against every value in the headers that has the length of an HMAC-SHA256. The signature proves
what it finds. How the JSON is laid out is a guess by the names of its fields. It computes at most 5,000 HMACs, yields to the event loop, and reads bodies up to 1 MiB. If your
sender signs its URL, pass \`url\`.

**Where no id is signed**, the hash of the body is used as the event's id. This is so for GitHub, Shopify, Gitea, WooCommerce and others below that sign only the body. A retry
is then recognised, but a second genuine event with the same bytes looks like a retry as well: it is answered as a duplicate, and not run. A type in a header does not tell
the two apart, because it is not signed. If such events matter, have the sender put an id or a time into the body.
`

test('docs/wires.md shows the profiles that are tested here', async () => {
  const sections = wires.map(
    ({
      name,
      source,
      signs,
      profile,
      vector,
      encoding,
    }) => `## ${name}${vector === undefined ? '' : ' ✓'}

Signs ${signs} [Source](${source})
${encoding === undefined ? '' : `\nThe secret is configured as \`{ value, encoding: '${encoding}' }\`.\n`}
\`\`\`ts
${profile}
\`\`\`
`,
  )
  const rest = `## Formats that no profile describes

- **Ghost** signs the time after the body: \`inferProfile\` says so. **Box** and **HubSpot** do something similar.
- **Intercom** and **Vercel** sign with SHA-1, **Twilio SendGrid** with ECDSA. None of these is HMAC-SHA256.
`
  await expect([heading, ...sections, rest].join('\n')).toMatchFileSnapshot(
    '../../../../docs/wires.md',
  )
})
