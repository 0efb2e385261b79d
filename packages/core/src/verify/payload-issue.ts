import type { PayloadIssue } from '../errors.ts'
import type { StandardIssue } from '../events/standard-schema.ts'

/** The longest name of a field that is repeated, in characters, and the most steps of a path. */
const [longest, deepest] = [64, 32]

/**
 * What libraries say of their rules. A word that is not among them may be the value: their users write rules of their
 * own, and may name them as they like.
 */
const rules = `
  a address an and any array at base64 base64url be big bigint boolean character characters check cidrv4 cidrv6
  cuid cuid2 custom date datetime divisor domain duration e164 element email emoji empty ends enum file finite
  format guid includes instance int integer intersection invalid ipv4 ipv6 is iso item json jwt key keys least
  length less lexical literal long lowercase map match max min more most multiple must nan nanoid negative never
  non nonempty not null number object of one optional or pattern picklist positive predicate promise proto record
  regex required safeint set size small starts strict string symbol than time to too tuple type ulid undefined
  union unique unit unknown unrecognized uppercase url uuid valid value variant with xid`

/** A name as schemas have them; the key of a map may be an address, or a number, of somebody: `555-123-456` is one. */
const isPlainName = (step: PropertyKey): boolean => {
  const name = String(step)
  return name.length <= longest && /^(?!(?:.*\d){4})[\w$-]+$/.test(name)
}

/** Whether it counts the items of a list; a schema may make a map of the data, whose key is a number of somebody. */
const isIndex = (list: unknown, step: PropertyKey): boolean =>
  typeof step === 'number' && Array.isArray(list) && Object.hasOwn(list, step)

// `path` may be a list of the library's own, whose `map` makes another of them.
const stepsOf = ({ path }: StandardIssue): readonly PropertyKey[] =>
  Array.from(path ?? [], (step) => (typeof step === 'object' && step !== null ? step.key : step))

/** What stands below; JSON has no undefined but what is missing. */
const below = (value: unknown, step: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? Reflect.get(value, step)
    : undefined

/** What stands there, without the value. */
const kindOf = (value: unknown): string => {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** A text that libraries give beside their message, if it says only what the schema asks for. */
const named = (issue: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(issue, name)
  if (typeof value !== 'string' || value.length > longest) return undefined
  const known = rules.split(/\s+/)
  const isKnown = (word: string): boolean => word !== '' && known.includes(word.toLowerCase())
  return value.split(/[ _|-]+/).every(isKnown) ? value : undefined
}

/** `expected` and `format` of zod and arktype, `code` of both, `type` of valibot. */
const ruleOf = (issue: StandardIssue): string => {
  const expected = named(issue, 'expected')
  if (expected !== undefined) return `expected ${expected}`
  const rule = named(issue, 'format') ?? named(issue, 'code') ?? named(issue, 'type')
  return rule === undefined ? 'does not fit' : `does not fit \`${rule}\``
}

/**
 * What does not fit, in words of ours: the message of a schema library, or of its user, may quote the value, and this
 * goes to the log.
 */
export const payloadIssue = (issue: StandardIssue, data: unknown): PayloadIssue => {
  const steps = stepsOf(issue)
  let value = data
  const told: string[] = []
  for (const step of steps) {
    if (told.length < deepest)
      told.push(isPlainName(step) || isIndex(value, step) ? String(step) : '*')
    value = below(value, step)
  }
  return {
    path: ['data', ...told].join('.'),
    message: `${ruleOf(issue)}, is ${kindOf(value)}`,
  }
}
