import type * as contract from '@ainexlayer/webhooks-contract'
import { expectTypeOf, test } from 'vitest'
import type * as z from 'zod'
import type {
  ApiErrorCode,
  Attempt,
  CreateWebhookInput,
  DeletedWebhook,
  Delivery,
  DeliveryWithAttempts,
  EmitEventInput,
  EmittedEvent,
  EventType,
  KnownEventName,
  ListDeliveriesQuery,
  ListEventsQuery,
  ListWebhooksQuery,
  Pagination,
  PlatformEvent,
  RecoverInput,
  RecoverResult,
  RedeliverInput,
  RotatedSecret,
  RotateSecretInput,
  StatsQuery,
  TestWebhookInput,
  UpdateWebhookInput,
  Webhook,
  WebhookStats,
  WebhookWithSecret,
} from '../../src/index.ts'

/** The known words of an open enum; never for an ordinary text. */
type KnownOf<T> = T extends string ? (string extends T ? never : T) : never

/** A type of the client as the contract writes it: enums closed, times as text, nothing readonly. */
type Closed<T> = [KnownOf<T>] extends [never]
  ? ClosedPart<T>
  : KnownOf<T> | ClosedPart<Exclude<T, string>>

type ClosedPart<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Closed<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Closed<T[Key]> }
      : T

/** Whether two types have the same names. */
type SameNames<One, Other> = [keyof One, keyof Other] extends [keyof Other, keyof One]
  ? true
  : false

/** The places of pairs in which an answer and its documented type differ. */
type UnlikeAnswers<Pairs extends readonly unknown[]> = {
  [Index in keyof Pairs]: Pairs[Index] extends [infer Answer, infer Documented]
    ? [Answer, Closed<Documented>, SameNames<Answer, Documented>] extends [Documented, Answer, true]
      ? never
      : Index
    : Index
}[number]

/** The places of pairs in which a documented input and what the contract takes differ. */
type UnlikeInputs<Pairs extends readonly unknown[]> = {
  [Index in keyof Pairs]: Pairs[Index] extends [infer Documented, infer Taken]
    ? [Closed<Documented>, Taken, SameNames<Documented, Taken>] extends [Taken, Documented, true]
      ? never
      : Index
    : Index
}[number]

/** A type as JSON carries it: a field is there or not, and never undefined. */
type Sent<T> = T extends readonly (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Key in keyof T]: Sent<Exclude<T[Key], undefined>> }
    : T

type View<Schema extends z.ZodType> = Sent<z.output<Schema>>

test('each answer of the contract is what the client documents, and nothing more', () => {
  type Pairs = [
    [View<typeof contract.WebhookView>, Webhook],
    [View<typeof contract.WebhookWithSecret>, WebhookWithSecret],
    [View<typeof contract.RotatedSecretView>, RotatedSecret],
    [View<typeof contract.DeletedWebhookView>, DeletedWebhook],
    [View<typeof contract.DeliveryView>, Delivery],
    [View<typeof contract.DeliveryWithAttempts>, DeliveryWithAttempts],
    [View<typeof contract.AttemptView>, Attempt],
    [View<typeof contract.EventView>, PlatformEvent],
    [View<typeof contract.EmittedView>, EmittedEvent],
    [View<typeof contract.EventTypeView>, EventType],
    [View<typeof contract.StatsView>, WebhookStats],
    [View<typeof contract.RecoverView>, RecoverResult],
    [View<typeof contract.PaginationView>, Pagination],
  ]
  expectTypeOf<UnlikeAnswers<Pairs>>().toEqualTypeOf<never>()
})

test('each input of the client is one that the contract takes, and the other way round', () => {
  type Body<Schema extends z.ZodType> = z.input<Schema>
  type Pairs = [
    [CreateWebhookInput, Body<typeof contract.CreateWebhook>],
    [UpdateWebhookInput, Body<typeof contract.UpdateWebhook>],
    [RotateSecretInput, Body<typeof contract.RotateSecret>],
    [TestWebhookInput, Body<typeof contract.TestWebhook>],
    [RecoverInput, Body<typeof contract.Recover>],
    [RedeliverInput, Body<typeof contract.Redeliver>],
    [StatsQuery, Body<typeof contract.StatsQuery>],
    // The client leaves faults untyped.
    [Omit<EmitEventInput, 'faults'>, Omit<Body<typeof contract.EmitEvent>, 'faults'>],
  ]
  expectTypeOf<UnlikeInputs<Pairs>>().toEqualTypeOf<never>()
})

test('each query of the client has the names of the contract', () => {
  expectTypeOf<keyof ListWebhooksQuery>().toEqualTypeOf<
    keyof z.input<typeof contract.WebhookQuery>
  >()
  expectTypeOf<keyof ListDeliveriesQuery>().toEqualTypeOf<
    keyof z.input<typeof contract.DeliveryQuery>
  >()
  expectTypeOf<keyof ListEventsQuery>().toEqualTypeOf<keyof z.input<typeof contract.EventQuery>>()
})

test('the client knows every code and every event of the contract', () => {
  expectTypeOf<
    Exclude<KnownOf<ApiErrorCode>, 'UNEXPECTED_ANSWER'>
  >().toEqualTypeOf<contract.ProblemCode>()
  expectTypeOf<KnownEventName>().toEqualTypeOf<contract.KnownEventType>()
})
