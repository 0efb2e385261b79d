import type { CapturedRequest, SignedValue } from './captured-request.ts'

/** A text that may be signed: what stands in front of the body, and what behind it. */
export interface SignedForm {
  readonly pieces: readonly (string | SignedValue)[]
  /** What stands behind the body; profiles cannot describe that. */
  readonly behind: readonly (string | SignedValue)[]
  /** Values out of the body that stand in front of it; profiles cannot describe that either. */
  readonly fromBody: boolean
}

const separators = ['.', ':', '\n', ''] as const
const rareSeparators = ['|', '-', '_', ',', ' ', '\r\n', '&'] as const

type Values = readonly (string | SignedValue)[]

const joined = (values: Values, between: string, last: string): SignedForm => ({
  pieces: values
    .flatMap((value, index) => [value, index === values.length - 1 ? last : between])
    .filter((piece) => piece !== ''),
  behind: [],
  fromBody: false,
})

function* withEach(values: Values, all: readonly string[] = separators): Generator<SignedForm> {
  for (const separator of all) yield joined(values, separator, separator)
}

/** Two values in both orders. */
const bothOrders = (a: string | SignedValue, b: string | SignedValue): Values[] => [
  [a, b],
  [b, a],
]

const allOrders = (a: SignedValue, b: SignedValue, c: SignedValue): Values[] => [
  [a, b, c],
  [b, a, c],
  [a, c, b],
  [c, a, b],
  [b, c, a],
  [c, b, a],
]

const pairsOf = (
  values: readonly SignedValue[],
): readonly (readonly [SignedValue, SignedValue])[] =>
  values.flatMap((a, index) => values.slice(index + 1).map((b) => [a, b] as const))

/** What is known of a request beside its headers. */
export interface Surroundings {
  readonly method: string
  /** The path and the whole URL, where they are known. */
  readonly targets: readonly string[]
  /** The id and the time inside the body. */
  readonly bodyValues: readonly string[]
  /** Versions that the mark of a signature names, such as `v0`. */
  readonly versions: readonly string[]
}

function* oneValue({ times, others }: CapturedRequest): Generator<SignedForm> {
  yield joined([], '', '')
  for (const time of times) yield* withEach([time])
  for (const other of others) yield* withEach([other])
}

function* twoValues({ times, others }: CapturedRequest, versions: Values): Generator<SignedForm> {
  for (const time of times) {
    for (const version of versions) yield* withEach([version, time])
    for (const other of others) for (const pair of bothOrders(other, time)) yield* withEach(pair)
  }
  for (const [a, b] of pairsOf(others)) for (const pair of bothOrders(a, b)) yield* withEach(pair)
}

function* withTarget(
  { times, others }: CapturedRequest,
  { method, targets }: Surroundings,
): Generator<SignedForm> {
  const values: Values[] = [[method], ...targets.flatMap((target) => [[target], [method, target]])]
  for (const value of values) {
    yield* withEach(value)
    for (const signed of [...times, ...others.slice(0, 2)]) {
      yield* withEach([...value, signed])
      yield* withEach([signed, ...value])
    }
    for (const time of times.slice(0, 2)) {
      for (const other of others.slice(0, 2)) {
        yield* withEach([...value, time, other])
        yield* withEach([...value, other, time])
      }
    }
  }
}

function* threeValues(
  { times, others }: CapturedRequest,
  all: readonly string[],
): Generator<SignedForm> {
  const pairs = pairsOf(others.slice(0, 4))
  for (const time of times.slice(0, 2)) {
    for (const [a, b] of pairs)
      for (const order of allOrders(time, a, b)) yield* withEach(order, all)
  }
}

/** One separator between the values, another in front of the body; and separators that are seldom used. */
function* mixed(
  { times, others }: CapturedRequest,
  { versions, method, targets }: Surroundings,
): Generator<SignedForm> {
  const values: Values[] = [
    ...times.map((time) => [time]),
    ...others.slice(0, 3).map((other) => [other]),
    ...times.slice(0, 2).flatMap((time) => others.slice(0, 3).flatMap((o) => bothOrders(o, time))),
  ]
  for (const time of times.slice(0, 2)) {
    for (const version of versions) yield* withEach([version, time], rareSeparators)
    for (const target of targets) yield* withEach([method, target, time], rareSeparators)
  }
  for (const list of values) {
    yield* withEach(list, rareSeparators)
    if (list.length < 2) continue
    for (const between of separators) {
      for (const last of separators) if (between !== last) yield joined(list, between, last)
    }
  }
}

/** What profiles cannot describe, so that it can at least be named. */
function* beyond(
  { times, others }: CapturedRequest,
  { bodyValues, method, targets }: Surroundings,
): Generator<SignedForm> {
  const values = [...times, ...others.slice(0, 3)]
  for (const separator of separators) {
    for (const value of values) {
      yield { pieces: [], behind: [separator, value], fromBody: false }
      for (const target of targets) {
        yield { pieces: [method, target], behind: [separator, value], fromBody: false }
      }
    }
    for (const value of bodyValues) {
      yield { ...joined([value], separator, separator), fromBody: true }
      for (const time of times) {
        for (const pair of bothOrders(value, time)) {
          yield { ...joined(pair, separator, separator), fromBody: true }
        }
      }
    }
  }
}

/** The texts that may be signed, in groups: each group is tried with every reading of the secret before the next. */
export const signedForms = (
  request: CapturedRequest,
  around: Surroundings,
): readonly (() => Generator<SignedForm>)[] => [
  () => oneValue(request),
  () => twoValues(request, around.versions),
  () => withTarget(request, around),
  () => beyond(request, around),
  () => threeValues(request, separators),
  () => mixed(request, around),
  () => threeValues(request, ['|', '-']),
]
