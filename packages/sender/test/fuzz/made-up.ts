/** A JSON Schema, as far as it is looked at. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
}

/** What values are made up with. */
export interface Making {
  /** A number from 0 up to 1. */
  readonly random: () => number
  readonly resolve: (ref: string) => Schema
}

const garbage: readonly unknown[] = [
  null,
  '',
  ' ',
  -1,
  0,
  1.5,
  1e308,
  true,
  [],
  {},
  [[[]]],
  'é→\u0000',
  'x'.repeat(3000),
  '\ud800',
  '__proto__',
  'undefined',
  'NaN',
  "' OR 1=1 --",
  { __proto__: null, constructor: 1 },
]

/** Words that mean something to the API, by the name of their field. */
const words: Readonly<Record<string, readonly string[]>> = {
  url: ['http://127.0.0.1:1/', 'https://example.com/a', 'ftp://a', 'http://[::1', 'http://a:b@c/'],
  events: ['*', 'user.*', 'user.login', 'webhook.disabled', 'no.such'],
  type: ['user.login', 'user.deleted', 'webhook.test', 'delivery.exhausted', 'no.such', 'a b'],
  eventType: ['user.login', 'webhook.test', 'no.such'],
  id: ['msg_1', 'msg_2', 'msg_3', 'a.b'],
  eventId: ['msg_1', 'msg_2'],
  webhookId: ['webhook-1', 'webhook-2', 'webhook-3', 'webhook-999', 'webhook-'],
  deliveryId: ['delivery-1', 'delivery-2', 'delivery-9999'],
  secret: [`whsec_${'A'.repeat(32)}`, 'whsec_', `whsec_${'A'.repeat(33)}`],
  status: ['failed', 'delivered,failed', 'sending', 'nonsense'],
  since: ['2026-01-15T10:00:00Z', '2026-01-16T10:00:00Z', '2020-01-01T00:00:00+02:00'],
  until: ['2026-01-15T11:00:00Z', '2026-01-15T10:30:00.001Z'],
  cursor: ['1', '5', '999999999999999', '-1'],
  page: ['1', '2', '0', '1e3'],
  limit: ['1', '100', '101', '0'],
  search: ['msg', 'user', '%', '_', '\u0000'],
  observe: ['http://127.0.0.1:1/', 'nonsense'],
  header: ['X-Sig', 'x sig'],
}

const pick = <Item>(items: readonly Item[], random: () => number): Item | undefined =>
  items[Math.floor(random() * items.length)]

/** A value that a schema may take, or, now and then, one that it does not. */
export const makeUp = (schema: Schema, making: Making, name = '', depth = 0): unknown => {
  const { random, resolve } = making
  if (random() < 0.02 || depth > 6) return pick(garbage, random)
  if (schema.$ref !== undefined) return makeUp(resolve(schema.$ref), making, name, depth + 1)
  if ('const' in schema) return schema.const
  if (schema.enum !== undefined) return pick(schema.enum, random)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return makeUp(pick(choices, random) ?? {}, making, name, depth + 1)
  const type = [schema.type].flat().find((one) => one !== 'null')
  if (type === 'object' || schema.properties !== undefined) {
    const fields: Record<string, unknown> = {}
    for (const [field, inner] of Object.entries(schema.properties ?? {})) {
      const isNeeded = schema.required?.includes(field) ?? false
      if (isNeeded ? random() < 0.97 : random() < 0.3) {
        fields[field] = makeUp(inner, making, field, depth + 1)
      }
    }
    if (name === 'headers') fields[pick(['x-a', 'X-A', 'te', 'a b'], random) ?? 'x'] = 'v'
    if (name === 'data') fields['userId'] = 'user-1'
    if (random() < 0.03) fields['unheardOf'] = 1
    return fields
  }
  if (type === 'array') {
    const count = (schema.minItems ?? 0) + Math.floor(random() * 3)
    return Array.from({ length: count }, () => makeUp(schema.items ?? {}, making, name, depth + 1))
  }
  if (type === 'number' || type === 'integer') {
    const [low, high] = [schema.minimum ?? 0, Math.min(schema.maximum ?? 1000, 1e6)]
    const value = low + random() * (high - low)
    return type === 'integer' || random() < 0.5 ? Math.round(value) : value
  }
  if (type === 'boolean') return random() < 0.5
  const known = words[name]
  if (known !== undefined) return pick(known, random)
  if (schema.format === 'date-time') return '2026-01-15T10:30:00Z'
  if (type === undefined) return { userId: 'user-1' }
  return pick(['user.login', 'text', 'a-b', '1', 'webhook-1'], random)
}
