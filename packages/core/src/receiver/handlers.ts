import type { PayloadIssue } from '../errors.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { AinexlayerEvents, EventCatalog } from '../events/catalog.ts'
import type { EventOf, EventPattern, UnknownEvent } from '../events/event-of.ts'
import { matchesType } from '../events/match-type.ts'
import type { AnyEvent } from '../pipeline/outcome.ts'
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

/** Runs one handler on an event that was checked to be of its type. */
export type Run = (event: AnyEvent, ctx: HandlerContext<unknown>) => unknown

/** The handlers of a receiver, looked up by the type of an event. */
export class HandlerRegistry {
  readonly #types: readonly string[]
  readonly #byType = new Map<string, Run[]>()
  readonly #unknown: Run[] = []
  readonly #invalid: InvalidHandler<unknown>[] = []
  #closed = false

  constructor(types: readonly string[]) {
    this.#types = types
  }

  /** From the first delivery on, the handlers are fixed. */
  close(): void {
    this.#closed = true
  }

  /** Whether no handler of any kind was registered. */
  get isEmpty(): boolean {
    return this.#byType.size + this.#unknown.length + this.#invalid.length === 0
  }

  add(patterns: readonly string[], run: Run): void {
    this.#assertOpen()
    for (const pattern of patterns) this.#assertKnown(pattern)
    for (const type of this.#types) {
      if (!patterns.some((pattern) => matchesType(pattern, type))) continue
      const runs = this.#byType.get(type)
      if (runs === undefined) this.#byType.set(type, [run])
      else runs.push(run)
    }
  }

  addUnknown(run: Run): void {
    this.#assertOpen()
    this.#unknown.push(run)
  }

  addInvalid(handler: InvalidHandler<unknown>): void {
    this.#assertOpen()
    this.#invalid.push(handler)
  }

  /** The handlers of a known type, in the order of their registration. */
  forType(type: string): readonly Run[] {
    return this.#byType.get(type) ?? []
  }

  forUnknown(): readonly Run[] {
    return this.#unknown
  }

  forInvalid(issues: readonly PayloadIssue[]): readonly Run[] {
    return this.#invalid.map(
      (handler): Run =>
        (event, ctx) =>
          handler(event, issues, ctx),
    )
  }

  #assertOpen(): void {
    if (!this.#closed) return
    throw new WebhookConfigurationError(
      'registration_closed',
      'A handler was registered after the first delivery.',
      'Register all handlers before the server listens: an event that came earlier was not handled by it.',
    )
  }

  #assertKnown(pattern: string): void {
    if (this.#types.some((type) => matchesType(pattern, type))) return
    throw new WebhookConfigurationError(
      'event_unknown',
      `No event is called \`${pattern}\`.`,
      'Check its spelling, add its schema to `events`, or use `onUnknown`.',
    )
  }
}
