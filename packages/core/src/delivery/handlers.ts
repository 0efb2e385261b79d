import { didYouMean } from '../check-options.ts'
import type { PayloadIssue } from '../errors.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { AinexlayerEvents, EventCatalog } from '../events/catalog.ts'
import type { AnyEvent, EventOf, EventPattern, UnknownEvent } from '../events/event-of.ts'
import { matchesType } from '../events/match-type.ts'
import type { HandlerContext } from './context.ts'

/**
 * A handler for the events under a pattern.
 *
 * @example
 * const notify: Handler<'chat.message'> = async (event, ctx) => { … }
 */
export type Handler<
  Pattern extends EventPattern<Catalog>,
  Catalog extends EventCatalog = AinexlayerEvents,
  Tx = undefined,
> = (event: EventOf<Pattern, Catalog>, ctx: HandlerContext<Tx>) => unknown

/** A handler for genuine events of a type that the catalog does not list. */
export type UnknownHandler<Tx = undefined> = (
  event: UnknownEvent,
  ctx: HandlerContext<Tx>,
) => unknown

/** A handler for known events whose data does not fit the schema: the data is unchecked, the issues say why. */
export type InvalidHandler<Tx = undefined> = (
  event: AnyEvent,
  issues: readonly PayloadIssue[],
  ctx: HandlerContext<Tx>,
) => unknown

/** A registered handler, on events that were checked to be of its type. */
export type RegisteredHandler = (event: AnyEvent, ctx: HandlerContext<unknown>) => unknown

const assertFunction = (handler: unknown): void => {
  if (typeof handler === 'function') return
  throw new WebhookConfigurationError(
    'option_invalid',
    'A handler is not a function.',
    "Pass it as the second argument: `receiver.on('chat.message', (event) => { … })`.",
  )
}

/** The handlers of a receiver, looked up by the type of an event. */
export class HandlerRegistry {
  readonly #types: readonly string[]
  readonly #byType = new Map<string, RegisteredHandler[]>()
  readonly #unknown: RegisteredHandler[] = []
  readonly #invalid: InvalidHandler<unknown>[] = []
  #closed = false

  constructor(types: readonly string[]) {
    this.#types = types
  }

  /** From the first genuine delivery on, the handlers are fixed. */
  close(): void {
    this.#closed = true
  }

  /** Whether no handler of any kind was registered. */
  get isEmpty(): boolean {
    return this.#byType.size + this.#unknown.length + this.#invalid.length === 0
  }

  add(patterns: readonly string[], handler: RegisteredHandler): void {
    this.#assertOpen()
    if (patterns.length === 0) {
      throw new WebhookConfigurationError(
        'event_unknown',
        'A handler is registered for an empty list of events: it would never run.',
        "Name at least one event; for all of them, pass `'*'`.",
      )
    }
    for (const pattern of patterns) this.#assertKnown(pattern)
    assertFunction(handler)
    for (const type of this.#types) {
      if (!patterns.some((pattern) => matchesType(pattern, type))) continue
      const handlers = this.#byType.get(type)
      if (handlers === undefined) this.#byType.set(type, [handler])
      else handlers.push(handler)
    }
  }

  addUnknown(handler: RegisteredHandler): void {
    this.#assertOpen()
    assertFunction(handler)
    this.#unknown.push(handler)
  }

  addInvalid(handler: InvalidHandler<unknown>): void {
    this.#assertOpen()
    assertFunction(handler)
    this.#invalid.push(handler)
  }

  /** The handlers of a known type, in the order of their registration. */
  forType(type: string): readonly RegisteredHandler[] {
    return this.#byType.get(type) ?? []
  }

  forUnknown(): readonly RegisteredHandler[] {
    return this.#unknown
  }

  forInvalid(issues: readonly PayloadIssue[]): readonly RegisteredHandler[] {
    return this.#invalid.map(
      (handler): RegisteredHandler =>
        (event, ctx) =>
          handler(event, issues, ctx),
    )
  }

  #assertOpen(): void {
    if (!this.#closed) return
    throw new WebhookConfigurationError(
      'registration_closed',
      'A handler was registered after the first genuine delivery.',
      'Register all handlers before the server listens: an event that came earlier was not handled by it.',
    )
  }

  #assertKnown(pattern: string): void {
    const isText = typeof pattern === 'string'
    if (isText && this.#types.some((type) => matchesType(pattern, type))) return
    const groups = this.#types.map((type) => type.replace(/[^.]*$/, '*'))
    throw new WebhookConfigurationError(
      'event_unknown',
      isText ? `No event is called \`${pattern}\`.` : 'The name of an event is not a text.',
      [
        didYouMean(isText ? pattern : '', [...this.#types, ...groups], 'Check its spelling.'),
        'An event of your own needs a schema in `events: { ...ainexlayerEvents, … }`; others go to `onUnknown`.',
      ].join(' '),
    )
  }
}
