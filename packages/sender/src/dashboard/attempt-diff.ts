import { bytesOf, prettyJson } from './components/bytes.tsx'
import type { Attempt } from './shapes.ts'

/** What differs between two attempts, in lines. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'same'
  readonly text: string
}

const headerLines = (attempt: Attempt): readonly string[] => [
  `POST ${attempt.url}`,
  ...Object.entries(attempt.request.headers).map(([name, value]) => `${name}: ${value}`),
]

const bodyLines = ({ request }: Attempt): readonly string[] => {
  const bytes = bytesOf({ text: request.body, encoding: request.bodyEncoding })
  if (bytes === undefined) return []
  const text = bytes.toString('utf8')
  return (prettyJson(text) ?? text).split('\n')
}

/** How many lines around a difference, and of it, are shown. */
const context = 2
const most = 200

/** The lines between a common start and a common end: what a change in one place comes to. */
const between = (before: readonly string[], after: readonly string[]): readonly DiffLine[] => {
  const least = Math.min(before.length, after.length)
  let start = 0
  while (start < least && before[start] === after[start]) start += 1
  let end = 0
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  if (start === before.length && start === after.length) return []
  const lines = (kind: DiffLine['kind'], texts: readonly string[]): readonly DiffLine[] =>
    texts.slice(0, most).map((text) => ({ kind, text }))
  return [
    ...lines('same', before.slice(Math.max(0, start - context), start)),
    ...lines('removed', before.slice(start, before.length - end)),
    ...lines('added', after.slice(start, after.length - end)),
    ...lines('same', after.slice(after.length - end, after.length - end + context)),
  ]
}

const eachHeader = (before: readonly string[], after: readonly string[]): readonly DiffLine[] => [
  ...before
    .filter((line) => !after.includes(line))
    .map((text) => ({ kind: 'removed' as const, text })),
  ...after
    .filter((line) => !before.includes(line))
    .map((text) => ({ kind: 'added' as const, text })),
]

/** What an attempt sent otherwise than the one before it. */
export const attemptDiff = (
  before: Attempt,
  after: Attempt,
): {
  readonly headers: readonly DiffLine[]
  readonly body: readonly DiffLine[]
  readonly sameBytes: boolean
} => ({
  headers: eachHeader(headerLines(before), headerLines(after)),
  body: between(bodyLines(before), bodyLines(after)),
  sameBytes: before.request.bodySha256 === after.request.bodySha256,
})
