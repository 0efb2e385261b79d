import type { Output } from './output.ts'

/** The time of day, to the millisecond. */
export const timeOfDay = (ms: number): string => {
  const date = new Date(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** What is shown of an attempt that begins. */
export interface AttemptStart {
  readonly at: number
  readonly type: string
  readonly id: string
  /** Such as `attempt 1/6`; may be empty. */
  readonly note: string
}

/** The line out. */
export const lineOut = (
  { dim, cyan }: Output['colors'],
  { at, type, id, note }: AttemptStart,
): string =>
  `${dim(timeOfDay(at))} ${cyan('-->')} ${type}  ${id}${note === '' ? '' : `  ${dim(note)}`}`

/** What is shown of an attempt that ended. */
export interface AttemptEnd {
  readonly at: number
  /** A status, or why there is none. */
  readonly answer: number | string
  readonly ms: number
  /** What else there is to say, such as `delivered` or a hint. */
  readonly notes: readonly string[]
}

/** The line back. */
export const lineBack = (
  { dim, green, red }: Output['colors'],
  { at, answer, ms, notes }: AttemptEnd,
): string => {
  const isGood = typeof answer === 'number' && answer >= 200 && answer < 300
  const words = [`${Math.round(ms)} ms`.padStart(6), ...notes].join('  ')
  return `${dim(timeOfDay(at))} ${(isGood ? green : red)(`<-- ${answer}`)} ${words}`
}
