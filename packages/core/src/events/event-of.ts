import type { AinexlayerEvents, EventCatalog } from './catalog.ts'
import { type MatchingTypes, matchesType, type PatternOf } from './match-type.ts'
import type { OutputOf } from './standard-schema.ts'

/** A genuine event: everything in it was covered by the signature. */
export interface SignedEvent<Type extends string, Data> {
  /** The signed id: the same over all retries of this event. */
  readonly id: string
  /** The name of the event. */
  readonly type: Type
  /** When the event happened (not this attempt): ISO 8601. */
  readonly timestamp: string
  /** The resource, in the wire's own shape. */
  readonly data: Data
  /** Which of the receiver's secrets matched. */
  readonly secretId: string
  /** True on events of a type that the catalog does not list, and absent on all others. */
  readonly unknown?: true
}

/** An event as the pipeline handles it: its type and data are whatever the schema let through. */
export type AnyEvent = SignedEvent<string, unknown>

/** A genuine event of the catalog: its data fits the schema of its type. */
export interface KnownEvent<Type extends string, Data> extends SignedEvent<Type, Data> {
  readonly unknown?: never
}

type TypesOf<Catalog extends EventCatalog> = Extract<keyof Catalog, string>

/** What `on(…)` accepts for a catalog: its types, `prefix.*`, and `*`. */
export type EventPattern<Catalog extends EventCatalog = AinexlayerEvents> = PatternOf<
  TypesOf<Catalog>
>

type EventOfType<Type, Catalog extends EventCatalog> =
  Type extends TypesOf<Catalog> ? KnownEvent<Type, OutputOf<Catalog[Type]>> : never

/**
 * The event of a type, or the union of the events under a pattern.
 *
 * @example
 * type Message = EventOf<'chat.message'>
 * type DocumentEvent = EventOf<'document.*'>
 */
export type EventOf<
  Pattern extends EventPattern<Catalog>,
  Catalog extends EventCatalog = AinexlayerEvents,
> = EventOfType<MatchingTypes<Pattern, TypesOf<Catalog>>, Catalog>

/** Every event of a catalog, discriminated by `type`. */
export type WebhookEvent<Catalog extends EventCatalog = AinexlayerEvents> = EventOfType<
  TypesOf<Catalog>,
  Catalog
>

/**
 * A genuine event of a type that the catalog does not list: its data is not checked. `unknown` tells
 * it apart, at run time and for the compiler.
 */
export interface UnknownEvent<Type extends string = string> extends SignedEvent<Type, unknown> {
  readonly unknown: true
}

/**
 * The `type` of an event that the catalog does not list, beside those that it lists. At run time it is the name that
 * the sender wrote, and it fits wherever a string does. For the compiler it is no name of the catalog: with a plain
 * `string` here, `case 'chat.message'` could mean an unknown event as well, and `data` would stay `unknown`. A brand on
 * `string` alone does not do, because every literal is comparable to it. Not a `unique symbol`: those of the declarations
 * for ESM and for CommonJS would be two types, and an app that loads both would not compile.
 */
export type UnknownType = '(not in the catalog)' & { readonly '~notInTheCatalog': true }

/**
 * What verification yields: an event of the catalog, or a genuine one that it does not list.
 *
 * @example
 * switch (event.type) {
 *   case 'chat.message': return notify(event.data.workspaceId, event.data.content)
 *   default: if (event.unknown) log.info('a new event', event.type)
 * }
 */
export type VerifiedEvent<Catalog extends EventCatalog = AinexlayerEvents> =
  | WebhookEvent<Catalog>
  | UnknownEvent<UnknownType>

interface Typed {
  readonly type: string
  readonly unknown?: true
}

type KnownTypeOf<Event extends Typed> = Event extends { unknown: true } ? never : Event['type']

/**
 * Narrows an event to those under a pattern. An event of a type that the catalog does not list is
 * under none, not even under `*`.
 *
 * @example
 * if (isEvent(event, 'chat.*')) event.data.workspaceId
 */
export const isEvent = <Event extends Typed, const Pattern extends PatternOf<KnownTypeOf<Event>>>(
  event: Event,
  pattern: Pattern,
): event is Extract<Event, { type: MatchingTypes<Pattern, KnownTypeOf<Event>> }> =>
  event.unknown !== true && matchesType(pattern, event.type)
