import { BodiesInFlight } from '../delivery/bodies-in-flight.ts'
import { HandlerRegistry } from '../delivery/handlers.ts'
import type { Hooks } from '../delivery/hooks.ts'
import { consoleLogger, type Logger } from '../delivery/logger.ts'
import { WebhookConfigurationError } from '../errors.ts'
import { ainexlayerEvents, type EventCatalog } from '../events/catalog.ts'
import { assertDuration } from '../idempotency/duration.ts'
import { memoryStore } from '../idempotency/memory-store.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import { standardWebhooks } from '../signature/profiles/standard-webhooks.ts'
import { secretSource } from '../signature/secret-source.ts'
import type { ReceiverOptions } from './options.ts'

const invalid = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('option_invalid', message, fix)

const minute = 60_000
const day = 24 * 60 * minute

/** The bodies under way may hold, all together, the bytes of so many of the largest size. */
const fullBodies = 64

const bodiesInFlight = (maxBodies: number, maxBodyBytes: number): BodiesInFlight => {
  if (!(maxBodies >= 1)) {
    throw invalid(`\`maxBodiesInFlight\` is ${maxBodies}.`, 'Pass a whole number of at least 1.')
  }
  return new BodiesInFlight(maxBodies, fullBodies * maxBodyBytes)
}

const isList = (hooks: Hooks | readonly Hooks[]): hooks is readonly Hooks[] => Array.isArray(hooks)

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

/** Checks the options and fills in every default, once, when the receiver is made. */
export const resolveOptions = <Catalog extends EventCatalog, Tx>(
  options: ReceiverOptions<Catalog, Tx>,
): ReceiverConfig => {
  const logger = options.logger ?? consoleLogger
  const profile = options.profile ?? standardWebhooks()
  const schemas = new Map(Object.entries<EventCatalog[string]>(options.events ?? ainexlayerEvents))
  const { maxBodyBytes = 1024 * 1024, maxBodiesInFlight = 1000 } = options
  const config: ReceiverConfig = {
    profile,
    secrets: secretSource(options.secret, profile.secretEncoding, (message, error) =>
      logger.warn(error === undefined ? {} : { err: error }, message),
    ),
    secretSource: options.secret,
    diagnose: options.diagnose ?? false,
    toleranceSeconds: options.toleranceSeconds ?? 300,
    maxBodyBytes,
    bodiesInFlight: bodiesInFlight(maxBodiesInFlight, maxBodyBytes),
    readTimeoutMs: options.readTimeoutMs ?? 10_000,
    allowAddress: options.allowAddress,
    throttle: options.throttle,
    schemas,
    unhandled: options.unhandled ?? 'ack',
    handlers: new HandlerRegistry([...schemas.keys()]),
    // What a transactional store hands to its runs goes to the handlers of the same receiver only.
    store: (options.store ?? memoryStore()) as ReceiverConfig['store'],
    endpoint: options.endpoint ?? 'default',
    leaseMs: options.leaseMs ?? minute,
    retentionMs: options.retentionMs ?? 7 * day,
    maxRunMs: options.maxRunMs ?? 5 * minute,
    maxRuns: options.maxRuns ?? Number.POSITIVE_INFINITY,
    storeTimeoutMs: options.storeTimeoutMs ?? 1000,
    onStoreError: options.onStoreError ?? 'fail-closed',
    dispatch: options.dispatch,
    dispatchTimeoutMs: options.dispatchTimeoutMs ?? 2000,
    park: options.park,
    deadlineMs: options.deadlineMs ?? 25_000,
    hooks:
      options.hooks === undefined ? [] : isList(options.hooks) ? options.hooks : [options.hooks],
    logger,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  }
  check(config)
  if (options.store === undefined && options.dispatch === undefined) warnOfMemoryStore(logger)
  return config
}

const check = (config: ReceiverConfig): void => {
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
  if (!(config.toleranceSeconds >= 0)) {
    throw invalid(`\`toleranceSeconds\` is ${config.toleranceSeconds}.`, 'Pass seconds, 0 or more.')
  }
  if (!(Number.isInteger(config.maxBodyBytes) && config.maxBodyBytes > 0)) {
    throw invalid(`\`maxBodyBytes\` is ${config.maxBodyBytes}.`, 'Pass a whole number of bytes.')
  }
  if (!/^[\w-]{1,64}$/.test(config.endpoint)) {
    throw invalid('`endpoint` is not a plain name.', 'Use 1 to 64 letters, digits, `_` or `-`.')
  }
  if (!(config.maxRuns >= 1)) {
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
