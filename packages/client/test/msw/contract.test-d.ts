import type * as contract from '@ainexlayer/webhooks-contract'
import { expectTypeOf, test } from 'vitest'
import type * as z from 'zod'
import type {
  ApiErrorCode,
  Attempt,
  CancelAllInput,
  CancelAllResult,
  Captured,
  CapturedInput,
  CreateWebhookInput,
  DeletedWebhook,
  Delivery,
  DeliveryWithAttempts,
  EmitResult,
  EmittedEvent,
  EventData,
  EventType,
  Fault,
  FaultKind,
  KnownEventInput,
  KnownEventName,
  ListAttemptsQuery,
  ListDeliveriesQuery,
  ListEventsQuery,
  ListedAttempt,
  ListWebhooksQuery,
  Pagination,
  PlatformEvent,
  RecoverInput,
  RecoverResult,
  RedeliverAllInput,
  RedeliverAllResult,
  RedeliverInput,
  RotatedSecret,
  RotateSecretInput,
  RunScenarioInput as RunFields,
  ScenarioRun,
  SenderClock,
  StatsQuery,
  StreamEvents,
  TestWebhookInput,
  TimelineEntry,
  UncheckedEventInput,
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

type EmitOk = Extract<EmitResult, { ok: true }>

/** Why an event of a list was refused; its details are open in the contract. */
type RefusalOf<Result extends { ok: boolean }> =
  Extract<Result, { ok: false }> extends { error: infer Refusal } ? Omit<Refusal, 'details'> : never

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
    [Extract<View<typeof contract.EmitResultView>, { ok: true }>, EmitOk],
    [RefusalOf<View<typeof contract.EmitResultView>>, RefusalOf<EmitResult>],
    [View<typeof contract.EventTypeView>, EventType],
    [View<typeof contract.StatsView>, WebhookStats],
    [View<typeof contract.RecoverView>, RecoverResult],
    [View<typeof contract.PaginationView>, Pagination],
    [View<typeof contract.ListedAttemptView>, ListedAttempt],
    [View<typeof contract.TimelineEntryView>, TimelineEntry],
    [View<typeof contract.RedeliverAllView>, RedeliverAllResult],
    [View<typeof contract.CancelAllView>, CancelAllResult],
    [View<typeof contract.ClockView>, SenderClock],
    [View<typeof contract.ScenarioRunView>, ScenarioRun],
    [View<typeof contract.CapturedView>, Captured],
    [View<typeof contract.FaultKindView>, FaultKind],
  ]
  expectTypeOf<UnlikeAnswers<Pairs>>().toEqualTypeOf<never>()
})

test('each input of the client is one that the contract takes, and the other way round', () => {
  type Body<Schema extends z.ZodType> = z.input<Schema>
  type Pairs = [
    // The client checks the names of events, which the contract does at run time.
    [Omit<CreateWebhookInput, 'events'>, Omit<Body<typeof contract.CreateWebhook>, 'events'>],
    [Omit<UpdateWebhookInput, 'events'>, Omit<Body<typeof contract.UpdateWebhook>, 'events'>],
    [RotateSecretInput, Body<typeof contract.RotateSecret>],
    [TestWebhookInput, Body<typeof contract.TestWebhook>],
    [RecoverInput, Body<typeof contract.Recover>],
    [RedeliverInput, Body<typeof contract.Redeliver>],
    [StatsQuery, Body<typeof contract.StatsQuery>],
    [RedeliverAllInput, Body<typeof contract.RedeliverAll>],
    [CancelAllInput, Body<typeof contract.CancelAll>],
    [
      RunFields,
      { webhookId: string; observe?: string | undefined; observeState?: string | undefined },
    ],
    [CapturedInput, Body<typeof contract.CapturedInput>],
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
  expectTypeOf<keyof ListAttemptsQuery>().toEqualTypeOf<
    keyof z.input<typeof contract.AttemptQuery>
  >()
  expectTypeOf<keyof ListEventsQuery>().toEqualTypeOf<keyof z.input<typeof contract.EventQuery>>()
})

test('an event is typed as the contract takes it', () => {
  type Taken = z.input<typeof contract.EmitEvent>
  expectTypeOf<Fault>().toEqualTypeOf<contract.Fault>()
  expectTypeOf<keyof UncheckedEventInput>().toEqualTypeOf<keyof Taken>()
  expectTypeOf<Closed<KnownEventInput<'user.login'>>>().toExtend<Taken>()
  type Data<Name extends contract.KnownEventType> = z.input<
    ReturnType<typeof contract.dataSchemaOf<Name>>
  >
  type Wrong = {
    [Name in contract.KnownEventType]: [EventData[Name]] extends [Data<Name>] ? never : Name
  }[contract.KnownEventType]
  expectTypeOf<Wrong>().toEqualTypeOf<never>()
})

test('the stream has the events of the contract', () => {
  expectTypeOf<keyof StreamEvents>().toEqualTypeOf<contract.StreamEventName>()
  type Wrong = {
    [Name in contract.StreamEventName]: [Sent<contract.StreamData<Name>>] extends [
      StreamEvents[Name],
    ]
      ? never
      : Name
  }[contract.StreamEventName]
  expectTypeOf<Wrong>().toEqualTypeOf<never>()
})

test('the client knows every code and every event of the contract', () => {
  expectTypeOf<
    Exclude<KnownOf<ApiErrorCode>, 'UNEXPECTED_ANSWER'>
  >().toEqualTypeOf<contract.ProblemCode>()
  expectTypeOf<KnownEventName>().toEqualTypeOf<contract.KnownEventType>()
})
