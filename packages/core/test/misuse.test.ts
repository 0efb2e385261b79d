import { describe, expect, test } from 'vitest'
import {
  createReceiver,
  hmacBody,
  memoryStore,
  safeVerify,
  sign,
  standardWebhooks,
  timestamped,
  verify,
  verifySignature,
} from '../src/index.ts'
import { fixture, signedRequest, testSecret } from '../src/testing/index.ts'

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

const secret = testSecret
const receiver = () => createReceiver({ secret })

/** What people write in plain JavaScript, and what the error must say. */
const mistakes: readonly (readonly [
  what: string,
  run: () => unknown,
  code: string,
  ...words: readonly string[],
])[] = [
  [
    'createReceiver: a misspelt option',
    () => loose(createReceiver)({ secret, toleranceSecond: 5 }),
    'option_invalid',
    '`createReceiver` has no option `toleranceSecond`. Did you mean `toleranceSeconds`?',
  ],
  [
    'createReceiver: an option in snake case',
    () => loose(createReceiver)({ secret, max_body_bytes: 5 }),
    'option_invalid',
    'Did you mean `maxBodyBytes`?',
  ],
  [
    'createReceiver: an option that is near to none',
    () => loose(createReceiver)({ secret, qqq: 5 }),
    'option_invalid',
    'no option `qqq`',
    '`toleranceSeconds`',
  ],
  [
    'createReceiver: nothing',
    () => loose(createReceiver)(),
    'option_invalid',
    'is missing',
    '{ secret: … }',
  ],
  ['createReceiver: null', () => loose(createReceiver)(null), 'option_invalid', 'is null'],
  [
    'createReceiver: events as a Map',
    () => loose(createReceiver)({ secret, events: new Map() }),
    'option_invalid',
    '`events` is not an object',
    'ainexlayerEvents',
  ],
  [
    'createReceiver: events as a list',
    () => loose(createReceiver)({ secret, events: ['chat.message'] }),
    'option_invalid',
    '`events` is not an object',
  ],
  [
    'createReceiver: events that are null',
    () => loose(createReceiver)({ secret, events: null }),
    'option_invalid',
    '`events` is not an object',
  ],
  [
    'on: an empty list of events',
    () => receiver().on([], () => {}),
    'event_unknown',
    'empty list',
    "pass `'*'`",
  ],
  [
    'on: something that has no text',
    () => loose(receiver().on)(Object.create(null), () => {}),
    'event_unknown',
    'The name of an event is not a text.',
    'Check its spelling.',
  ],
  [
    'createReceiver: the secret',
    () => loose(createReceiver)(secret),
    'option_invalid',
    'a text',
    '{ secret: … }',
  ],
  ['createReceiver: a list', () => loose(createReceiver)([secret]), 'option_invalid', 'a list'],
  [
    'createReceiver: an empty store',
    () => loose(createReceiver)({ secret, store: {} }),
    'option_invalid',
    '`store` is an object without `claim`',
  ],
  [
    'createReceiver: the name of a store',
    () => loose(createReceiver)({ secret, store: 'redis' }),
    'option_invalid',
    '`store` is a text',
  ],
  [
    'createReceiver: null for a store',
    () => loose(createReceiver)({ secret, store: null }),
    'option_invalid',
    '`store` is null',
  ],
  [
    'createReceiver: a store that is not called',
    () => loose(createReceiver)({ secret, store: memoryStore }),
    'option_invalid',
    '`store` is a function without `claim`',
  ],
  [
    'createReceiver: a promise of a store',
    () => loose(createReceiver)({ secret, store: Promise.resolve(memoryStore()) }),
    'option_invalid',
    'a promise',
    '`await`',
  ],
  [
    'createReceiver: a profile that is not called',
    () => loose(createReceiver)({ secret, profile: hmacBody }),
    'option_invalid',
    '`profile` is a function',
    'standardWebhooks()',
  ],
  [
    'createReceiver: an empty profile',
    () => loose(createReceiver)({ secret, profile: {} }),
    'option_invalid',
    '`profile` is an object without `extract`',
  ],
  [
    'createReceiver: the name of a profile',
    () => loose(createReceiver)({ secret, profile: 'hmacBody' }),
    'option_invalid',
    '`profile` is a text',
  ],
  [
    'createReceiver: an empty logger',
    () => loose(createReceiver)({ secret, logger: {} }),
    'option_invalid',
    '`logger` is an object without `info`',
  ],
  [
    'createReceiver: a level for a logger',
    () => loose(createReceiver)({ secret, logger: 'info' }),
    'option_invalid',
    '`logger` is a text',
  ],
  [
    'createReceiver: a schema that is none',
    () => loose(createReceiver)({ secret, events: { 'billing.paid': {} } }),
    'option_invalid',
    '`billing.paid`',
    'Standard Schema',
  ],
  [
    'createReceiver: a misspelt hook',
    () => loose(createReceiver)({ secret, hooks: { onProcesed: () => {} } }),
    'option_invalid',
    'Did you mean `onProcessed`?',
  ],
  [
    'createReceiver: a misspelt hook that is the method of a class',
    () => {
      class Watch {
        onProcesed() {}
      }
      return loose(createReceiver)({ secret, hooks: new Watch() })
    },
    'option_invalid',
    'Did you mean `onProcessed`?',
  ],
  [
    'createReceiver: hooks that are still awaited',
    () => loose(createReceiver)({ secret, hooks: Promise.resolve({ onProcessed: () => {} }) }),
    'option_invalid',
    'a promise, which needs an `await`',
  ],
  [
    'createReceiver: a hook of another library',
    () => loose(createReceiver)({ secret, hooks: { onError: () => {} } }),
    'option_invalid',
    '`hooks` has no option `onError`.',
  ],
  [
    'createReceiver: a hook that is no function',
    () => loose(createReceiver)({ secret, hooks: { onFailed: 'x' } }),
    'option_invalid',
    '`hooks.onFailed` is of type string.',
  ],
  [
    'createReceiver: a misspelt hook in a list',
    () => loose(createReceiver)({ secret, hooks: [{}, { onFailled: () => {} }] }),
    'option_invalid',
    'Did you mean `onFailed`?',
  ],
  [
    'on: a misspelt event',
    () => loose(receiver().on)('chat.mesage', () => {}),
    'event_unknown',
    'No event is called `chat.mesage`. Did you mean `chat.message`?',
  ],
  [
    'on: a misspelt group',
    () => loose(receiver().on)('chats.*', () => {}),
    'event_unknown',
    'Did you mean `chat.*`?',
  ],
  [
    'on: an event in capitals',
    () => loose(receiver().on)('DOCUMENT_UPLOADED', () => {}),
    'event_unknown',
    'Did you mean `document.uploaded`?',
  ],
  ['on: nothing', () => loose(receiver().on)(undefined, () => {}), 'event_unknown', 'not a text'],
  [
    'on: no handler',
    () => loose(receiver().on)('chat.message'),
    'option_invalid',
    'A handler is not a function.',
  ],
  [
    'onUnknown: no handler',
    () => loose(receiver().onUnknown)(),
    'option_invalid',
    'A handler is not a function.',
  ],
  [
    'onInvalid: no handler',
    () => loose(receiver().onInvalid)({}),
    'option_invalid',
    'A handler is not a function.',
  ],
  [
    'hmacBody: a misspelt option',
    () => loose(hmacBody)({ heder: 'X-A' }),
    'option_invalid',
    '`hmacBody` has no option `heder`. Did you mean `header`?',
  ],
  [
    'hmacBody: the header alone',
    () => loose(hmacBody)('X-Signature'),
    'option_invalid',
    '`hmacBody`',
    'a text',
  ],
  [
    'hmacBody: the secret',
    () => loose(hmacBody)({ secret }),
    'option_invalid',
    '`hmacBody` has no option `secret`.',
  ],
  [
    'hmacBody: a misspelt name in the envelope',
    () =>
      loose(createReceiver)({
        secret,
        profile: hmacBody({ envelope: JSON.parse('{"typ":"event"}') }),
      }),
    'option_invalid',
    '`envelope` has no option `typ`. Did you mean `type`?',
  ],
  [
    'timestamped: a misspelt option',
    () => loose(timestamped)({ timestampfield: 't' }),
    'option_invalid',
    'Did you mean `timestampField`?',
  ],
  [
    'standardWebhooks: a misspelt option',
    () => loose(standardWebhooks)({ headersPrefix: 'svix' }),
    'option_invalid',
    'Did you mean `headerPrefix`?',
  ],
  [
    'memoryStore: a misspelt option',
    () => loose(memoryStore)({ maxKey: 5 }),
    'option_invalid',
    'Did you mean `maxKeys`?',
  ],
  [
    'verify: a misspelt option',
    () => loose(verify)({ headers: {}, body: '', secret, toleranceSecond: 5 }),
    'option_invalid',
    'Did you mean `toleranceSeconds`?',
  ],
  [
    'verifySignature: nothing',
    () => loose(verifySignature)(),
    'option_invalid',
    'The options of the verification are missing.',
  ],
  [
    'a secret with a misspelt field',
    () => loose(createReceiver)({ secret: { value: secret, notAftr: new Date(0) } }),
    'secret_malformed',
    'The secret "secret-1" has an unknown field `notAftr`. Known: value, id, scope,',
  ],
  [
    'a secret with an encoding that there is not',
    () =>
      loose(verifySignature)({
        headers: {},
        body: '',
        secret: { value: secret, encoding: 'utf-8' },
      }),
    'secret_malformed',
    'has an unknown encoding `utf-8`. Known: utf8, hex, base64, base64url.',
  ],
  [
    'a secret that is still a promise',
    () => loose(createReceiver)({ secret: Promise.resolve(secret) }),
    'secret_malformed',
    'is a promise. Await it, or pass the function itself.',
  ],
  [
    'sign: no time',
    () => loose(sign)({ id: 'a', body: '', secret }),
    'input_invalid',
    '`signedAt` is not a whole number of unix seconds.',
  ],
  [
    'sign: a time as text',
    () => loose(sign)({ id: 'a', signedAt: '2026-01-01', body: '', secret }),
    'input_invalid',
    '`signedAt` is not a whole number of unix seconds.',
  ],
  [
    'signedRequest: the name of an event',
    () => loose(signedRequest)({ event: 'chat.message' }),
    'input_invalid',
    "`event` is of type string. Pass an event, such as `fixture('chat.message')`.",
  ],
  [
    'hmacBody: an encoding that there is not',
    () => loose(hmacBody)({ encoding: 'base32' }),
    'option_invalid',
    '`encoding` of `hmacBody` is `base32`. Use hex, base64, base64url.',
  ],
  [
    'timestamped: a header without a name',
    () => loose(timestamped)({ header: '' }),
    'option_invalid',
    '`header` of `timestamped` is no name of a header.',
  ],
  ['safeVerify: nothing', () => loose(safeVerify)(), 'option_invalid', '`verify`', 'is missing'],
  [
    'sign: a misspelt option',
    () => loose(sign)({ id: 'a', signedat: 1, body: '', secret }),
    'option_invalid',
    'Did you mean `signedAt`?',
  ],
  [
    'signedRequest: a misspelt option',
    () => loose(signedRequest)({ evnt: fixture('chat.message') }),
    'option_invalid',
    'Did you mean `event`?',
  ],
  [
    'fixture: a shortened event',
    () => loose(fixture)('chat.msg'),
    'event_unknown',
    'There is no fixture of `chat.msg`. Did you mean `chat.message`?',
  ],
  ['fixture: nothing', () => loose(fixture)(), 'event_unknown', 'There is no fixture'],
]

describe('a mistake in plain JavaScript is a configuration error that names what was meant', () => {
  test.for(mistakes)('%s', async ([, run, code, ...words]) => {
    const error = await Promise.resolve()
      .then(run)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    expect(error).toMatchObject({ name: 'WebhookConfigurationError', code })
    for (const word of words) expect(String(error)).toContain(word)
    expect(String(error)).not.toContain(secret)
  })
})

test('a class may be hooks, with methods that a framework calls', () => {
  class Service {
    onModuleInit() {}
    onProcessed() {}
  }
  expect(() => createReceiver({ secret, hooks: new Service() })).not.toThrow()
})

test('what is right passes: hooks with fields of their own, and a whole request to verify', async () => {
  const hooks = { seen: 0, onProcessed() {} }
  expect(() => createReceiver({ secret, hooks: [hooks] })).not.toThrow()
  const request = {
    ...(await signedRequest({ event: fixture('user.login') })),
    url: '/x',
    query: {},
  }
  expect(await safeVerify({ ...request, secret })).toMatchObject({ ok: true })
})
