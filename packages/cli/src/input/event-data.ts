import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { fixture } from '@ainexlayer/webhooks/testing'
import { closest } from 'fastest-levenshtein'
import { usageError } from '../errors/cli-error.ts'
import type { World } from '../world/world.ts'
import type { EventName } from './event-name.ts'
import { scalarOf } from './options-text.ts'
import { bytesOf } from './read-file.ts'

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A string as it stands, or in the quotes of JSON; null is the one other value that such a field may have. */
const stringOf = (text: string): string | null => {
  const read = scalarOf(text)
  return typeof read === 'string' || read === null ? read : text
}

/** Sets one field; a path that the example of the event does not have is refused, as it is nearly always a typo. */
const setField = (data: Fields, type: EventName, assignment: string): void => {
  const at = assignment.indexOf('=')
  if (at < 1)
    throw usageError(`\`${assignment}\` is not path=value.`, 'Write it like data.content=Hello.')
  const path = assignment
    .slice(0, at)
    .replace(/^data\./, '')
    .split('.')
  let fields = data
  for (const [index, name] of path.entries()) {
    const names = Object.keys(fields)
    if (!Object.hasOwn(fields, name)) {
      const near = names.length === 0 ? '' : ` Did you mean ${closest(name, names)}?`
      throw usageError(
        `${type} has no field ${path.slice(0, index + 1).join('.')}.`,
        `It has ${names.join(', ')}.${near} For other shapes there is --data.`,
      )
    }
    const inner = fields[name]
    // What the example has as a string is one, whatever it looks like.
    if (index === path.length - 1)
      fields[name] =
        typeof inner === 'string'
          ? stringOf(assignment.slice(at + 1))
          : scalarOf(assignment.slice(at + 1))
    else if (isFields(inner)) fields = inner
    else throw usageError(`${path.slice(0, index + 1).join('.')} of ${type} has no fields.`)
  }
}

const checkShape = (type: EventName, data: unknown): void => {
  const read = ainexlayerEvents[type].schema.safeParse(data)
  if (read.success) return
  const [issue] = read.error.issues
  throw usageError(
    `The data does not fit ${type}: ${['data', ...(issue?.path ?? [])].join('.')}: ${issue?.message}.`,
    '`npx @ainexlayer/webhooks-cli events show` prints its type; --no-validate sends it all the same.',
  )
}

/** How the data of an event differs from its example. */
export interface EventDataOptions {
  /** JSON, `@file`, or `-`: instead of the example. */
  readonly data?: string | undefined
  /** `path=value`. */
  readonly set?: readonly string[] | undefined
  /** `false` for `--no-validate`. */
  readonly validate?: boolean | undefined
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw usageError(
      '--data is not JSON.',
      'Pass an object such as {"id":"user-1"}, or @file.json.',
    )
  }
}

/** The data of an event to send. @throws CliError usage */
export const eventData = async (
  world: World,
  type: EventName,
  { data, set = [], validate = true }: EventDataOptions,
): Promise<Readonly<Fields>> => {
  const example: unknown = structuredClone(fixture(type).data)
  const given = data === undefined ? example : jsonOf((await bytesOf(world, data)).toString())
  if (!isFields(given))
    throw usageError('--data is not an object.', 'Pass an object such as {"id":"user-1"}.')
  for (const assignment of set) setField(given, type, assignment)
  if (validate) checkShape(type, given)
  return given
}
