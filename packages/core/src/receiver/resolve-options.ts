import { assertMethods, assertOptions } from '../check-options.ts'
import { BodiesInFlight } from '../delivery/bodies-in-flight.ts'
import { channelsOf } from '../delivery/channels.ts'
import { HandlerRegistry } from '../delivery/handlers.ts'
import { assertHooks, type Hooks } from '../delivery/hooks.ts'
import { keptHeaderNames } from '../delivery/kept-headers.ts'
import { LimitedLog } from '../delivery/limited-log.ts'
import {
  byShape,
  complainingOnce,
  consoleLogger,
  guardedLogger,
  handlerConsole,
  type Logger,
  printableLogger,
} from '../delivery/logger.ts'
import { UnderWay } from '../delivery/under-way.ts'
import { WebhookConfigurationError } from '../errors.ts'
import { ainexlayerEvents, type EventCatalog } from '../events/catalog.ts'
import { assertDuration } from '../idempotency/duration.ts'
import { memoryStore } from '../idempotency/memory-store.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import { assertTolerance, checkedClock } from '../signature/clock.ts'
import { assertProfile } from '../signature/profiles/check-envelope.ts'
import { standardWebhooks } from '../signature/profiles/standard-webhooks.ts'
import { secretSource } from '../signature/secret-source.ts'
import type { SecretSource } from '../signature/secrets.ts'
import { callersOf, throttleOf } from './caller-options.ts'
import { endpointOf } from './endpoint-of.ts'
import { optionNames } from './option-names.ts'
import type { ReceiverOptions } from './options.ts'

const invalid = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('option_invalid', message, fix)

const minute = 60_000
const day = 24 * 60 * minute

/** The bodies under way may hold, all together, the bytes of so many of the largest size. */
const fullBodies = 64

const bodiesInFlight = (maxBodies: number, maxBodyBytes: number): BodiesInFlight => {
  if (!(Number.isInteger(maxBodyBytes) && maxBodyBytes > 0)) {
    throw invalid(`\`maxBodyBytes\` is ${maxBodyBytes}.`, 'Pass a whole number of bytes.')
  }
  if (!(maxBodies >= 1)) {
    throw invalid(`\`maxBodiesInFlight\` is ${maxBodies}.`, 'Pass a whole number of at least 1.')
  }
  return new BodiesInFlight(maxBodies, fullBodies * maxBodyBytes)
}

const isList = (hooks: Hooks | readonly Hooks[]): hooks is readonly Hooks[] => Array.isArray(hooks)

const hooksOf = (hooks: Hooks | readonly Hooks[] = []): readonly Hooks[] => {
  const list = isList(hooks) ? hooks : [hooks]
  list.forEach(assertHooks)
  return list
}

const inProduction = (): boolean =>
  typeof process !== 'undefined' && process.env?.['NODE_ENV'] === 'production'

/** Says in production that a memory store does not outlive the process. */
export const warnOfMemoryStore = (logger: Logger): void => {
  if (!inProduction()) return
  logger.warn(
    { store: 'memory' },
    'handled events are remembered in this process only: pass a `store` in production, or a restart and a second process will run events twice',
  )
}

/** A longer tolerance than a day was meant in milliseconds, or forgets what a tolerance is for. */
const longestToleranceSeconds = 86_400

/** Says that old requests will be taken: whoever has recorded one can send it again for as long. */
const warnOfTolerance = ({
  logger,
  toleranceSeconds,
}: Pick<ReceiverConfig, 'logger' | 'toleranceSeconds'>): void => {
  if (toleranceSeconds <= longestToleranceSeconds) return
  logger.warn(
    { toleranceSeconds },
    '`toleranceSeconds` is more than a day: it is in seconds, and recorded requests can be repeated for as long',
  )
}

const headerNames = (names: readonly string[] = []): readonly string[] => {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  throw invalid('`keepHeaders` is not a list of names.', "Pass a list, such as `['x-tenant']`.")
}

/** Randomness of the user's, for jitter alone: what throws or is out of range is replaced. */
const guardedRandom = (random: () => number) => (): number => {
  try {
    const value = random()
    if (value >= 0 && value < 1) return value
  } catch {
    // Nothing depends on it but the spreading of retries.
  }
  return Math.random()
}

/** What plain JavaScript may pass in place of an object of the right shape. */
const assertShapes = ({
  profile,
  store,
  logger,
  channels,
  events = {},
}: ReceiverOptions<EventCatalog, unknown, never>): void => {
  if (profile !== undefined) assertProfile(profile)
  if (store !== undefined) {
    const isTransactional = typeof store === 'object' && store !== null && 'transact' in store
    assertMethods(
      'store',
      store,
      [isTransactional ? 'transact' : 'claim'],
      'Pass a store, such as `memoryStore()`.',
    )
  }
  if (logger !== undefined) {
    assertMethods('logger', logger, ['info', 'warn', 'error'], 'Pass a logger, such as `console`.')
  }
  if (channels !== undefined) {
    assertMethods(
      'channels',
      channels,
      ['publish'],
      'Pass an object with `publish(name, message)`.',
    )
  }
  if (typeof events !== 'object' || events === null || Symbol.iterator in events) {
    throw invalid(
      '`events` is not an object.',
      'Pass the schemas by the type of their events: `{ ...ainexlayerEvents, … }`.',
    )
  }
  for (const [type, schema] of Object.entries(events)) {
    if (typeof schema?.['~standard']?.validate === 'function') continue
    throw invalid(
      `\`events\` has no schema under \`${type}\`.`,
      'Pass a schema of zod 4 or of any other library with Standard Schema.',
    )
  }
}

/** Checks the options and fills in every default, once, when the receiver is made. */
export const resolveOptions = <Catalog extends EventCatalog, Tx, Env>(
  options: ReceiverOptions<Catalog, Tx, Env>,
): Omit<ReceiverConfig, 'tellLate'> => {
  assertOptions<ReceiverOptions>('createReceiver', options, optionNames)
  assertShapes(options)
  for (const name of ['now', 'random', 'dispatch', 'park', 'fingerprint'] as const) {
    const option: unknown = options[name]
    if (option !== undefined && typeof option !== 'function') {
      throw invalid(`\`${name}\` is of type ${typeof option}.`, 'Pass a function.')
    }
  }
  // What the runtime hands over as `env` is of the type that the user's function says it is.
  const secret = options.secret as SecretSource
  let present = byShape(options.logger ?? consoleLogger)
  const complain = complainingOnce()
  const plainLogger = guardedLogger(() => present, complain)
  const logger = printableLogger(plainLogger)
  const profile = options.profile ?? standardWebhooks()
  const schemas = new Map(Object.entries<EventCatalog[string]>(options.events ?? ainexlayerEvents))
  const limited = new LimitedLog(logger)
  const { maxBodyBytes = 1024 * 1024, maxBodiesInFlight = 1000 } = options
  const config: Omit<ReceiverConfig, 'tellLate'> = {
    profile,
    keptHeaders: keptHeaderNames(profile, headerNames(options.keepHeaders)),
    secrets: secretSource(secret, profile.secretEncoding, (message, error) =>
      logger.warn(error === undefined ? {} : { err: error }, message),
    ),
    secretSource: secret,
    diagnose: options.diagnose ?? false,
    toleranceSeconds: options.toleranceSeconds ?? 300,
    maxBodyBytes,
    bodiesInFlight: bodiesInFlight(maxBodiesInFlight, maxBodyBytes),
    underWay: new UnderWay(),
    readTimeoutMs: options.readTimeoutMs ?? 10_000,
    ...callersOf(options),
    ...throttleOf(options),
    onThrottleError: options.onThrottleError ?? 'allow',
    schemas,
    unhandled: options.unhandled ?? 'ack',
    handlers: new HandlerRegistry([...schemas.keys()]),
    // What a transactional store hands to its runs goes to the handlers of the same receiver only.
    store: (options.store ?? memoryStore()) as ReceiverConfig['store'],
    endpoint: endpointOf(options),
    leaseMs: options.leaseMs ?? minute,
    retentionMs: options.retentionMs ?? 7 * day,
    maxRunMs: options.maxRunMs ?? 5 * minute,
    maxRuns: options.maxRuns ?? Number.POSITIVE_INFINITY,
    storeTimeoutMs: options.storeTimeoutMs ?? 1000,
    onStoreError: options.onStoreError ?? 'fail-closed',
    onIdReused: options.onIdReused ?? 'reject',
    fingerprint: options.fingerprint,
    dispatch: options.dispatch,
    dispatchTimeoutMs: options.dispatchTimeoutMs ?? 2000,
    park: options.park,
    deadlineMs: options.deadlineMs ?? 25_000,
    hooks: hooksOf(options.hooks),
    channels: channelsOf(options.channels, (err) =>
      limited.write('error', 'channels', () => [
        { err },
        'the listener `channels` threw; nothing else changed',
      ]),
    ),
    logger,
    plainLogger,
    handlerLogger: guardedLogger(
      () => (present === consoleLogger ? handlerConsole : present),
      complain,
    ),
    adoptLogger: (framework) => {
      if (options.logger === undefined) present = byShape(framework)
    },
    limited,
    now: options.now === undefined ? Date.now : checkedClock(options.now),
    random: options.random === undefined ? Math.random : guardedRandom(options.random),
  }
  check(config)
  warnOfTolerance(config)
  if (options.store === undefined && options.dispatch === undefined) warnOfMemoryStore(logger)
  return config
}

/** A misspelt choice must not silently be the other one: `fail_closed` would run events without a store. */
const choices: readonly (readonly [
  'unhandled' | 'onStoreError' | 'onIdReused' | 'onThrottleError',
  readonly string[],
])[] = [
  ['unhandled', ['ack', 'reject']],
  ['onStoreError', ['fail-closed', 'fail-open']],
  ['onIdReused', ['reject', 'warn', 'ignore']],
  ['onThrottleError', ['allow', 'refuse']],
]

const check = (config: Omit<ReceiverConfig, 'tellLate'>): void => {
  for (const name of [
    'readTimeoutMs',
    'leaseMs',
    'retentionMs',
    'maxRunMs',
    'storeTimeoutMs',
    'dispatchTimeoutMs',
    'deadlineMs',
  ] as const) {
    assertDuration(name, config[name])
  }
  assertTolerance(config.toleranceSeconds)
  for (const [name, known] of choices) {
    if (known.includes(config[name])) continue
    throw invalid(
      `\`${name}\` is \`${config[name]}\`.`,
      `Use ${known.map((one) => `\`${one}\``).join(' or ')}.`,
    )
  }
  for (const name of ['leaseMs', 'maxRunMs'] as const) {
    if (config.retentionMs >= config[name]) continue
    throw invalid(
      `\`retentionMs\` (${config.retentionMs}) is shorter than \`${name}\` (${config[name]}).`,
      'Keep records for longer than a run may take and the sender retries: days.',
    )
  }
  if (!/^[\w-]{1,64}$/.test(config.endpoint)) {
    throw invalid('`endpoint` is not a plain name.', 'Use 1 to 64 letters, digits, `_` or `-`.')
  }
  const { maxRuns } = config
  if (!((Number.isInteger(maxRuns) && maxRuns >= 1) || maxRuns === Number.POSITIVE_INFINITY)) {
    throw invalid(`\`maxRuns\` is ${config.maxRuns}.`, 'Pass a whole number of at least 1.')
  }
  if ('transact' in config.store) {
    const clash =
      config.onStoreError === 'fail-open'
        ? 'onStoreError'
        : config.maxRuns !== Number.POSITIVE_INFINITY
          ? 'maxRuns'
          : undefined
    if (clash !== undefined) {
      throw invalid(
        `\`${clash}\` cannot be combined with a transactional store.`,
        'Remove it: handlers cannot run without the transaction, and a rolled-back run is not counted.',
      )
    }
  }
  if (config.maxRuns !== Number.POSITIVE_INFINITY && config.park === undefined) {
    throw invalid('`maxRuns` needs a parking place.', 'Pass `park`, or omit `maxRuns`.')
  }
}
