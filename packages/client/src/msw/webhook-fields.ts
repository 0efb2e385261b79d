import type { RetrySchedule } from '../model/retry-policy.ts'
import type { WebhookFilters, WebhookRateLimit } from '../model/webhook.ts'
import { checkEventPattern } from './event-types.ts'
import {
  type Field,
  flag,
  list,
  number,
  optional,
  record,
  required,
  string,
  text,
} from './field.ts'
import { invalid, Refusal } from './refusal.ts'

const address: Field<string> = (value, field) => {
  const given = text(value, field)
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined) throw invalid(field, 'must be an address')
  if (!/^https?:$/.test(url.protocol) || `${url.username}${url.password}` !== '') {
    throw new Refusal(400, 'URL_NOT_ALLOWED', 'The address is not one to send to', { field })
  }
  return given
}

const patterns: Field<string[]> = (value, field) => {
  const given = list(text)(value, field)
  if (given.length === 0) throw invalid(field, 'must name at least one event')
  return given.map(checkEventPattern)
}

const headerNames: Field<string[]> = (value, field) => {
  const names = Object.entries(record(value, field)).map(([name, content]) => {
    text(content, `${field}.${name}`)
    if (/^(webhook-|content-|host$)/i.test(name)) {
      throw new Refusal(400, 'RESERVED_HEADER', `The platform sends ${name} itself`, { field })
    }
    return name
  })
  if (names.length > 10) throw invalid(field, 'must have 10 entries at most')
  return names
}

const filters: Field<WebhookFilters> = (value, field) => {
  const { workspaceIds } = record(value, field)
  if (workspaceIds === undefined) return {}
  return { workspaceIds: list(text)(workspaceIds, `${field}.workspaceIds`) }
}

const presets = new Map<string, number[]>([
  ['standard', [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]],
  ['svix', [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]],
  ['fast', [0, 1, 2, 4, 8, 16]],
  ['none', [0]],
])

/** The schedule of a name. */
export const scheduleOf = (preset: string): RetrySchedule => {
  const delaysSeconds = presets.get(preset)
  if (delaysSeconds === undefined) throw invalid('retry.preset', 'is not the name of a schedule')
  return { delaysSeconds, jitter: preset === 'fast' || preset === 'none' ? 0 : 0.2 }
}

const retry: Field<RetrySchedule> = (value, field) => {
  const given = record(value, field)
  if (given['preset'] !== undefined) return scheduleOf(text(given['preset'], `${field}.preset`))
  return {
    delaysSeconds: list(number(0, 604_800))(given['delaysSeconds'], `${field}.delaysSeconds`),
    jitter: optional(number(0, 1))(given['jitter'], `${field}.jitter`) ?? 0.2,
  }
}

const rateLimit: Field<WebhookRateLimit> = (value, field) => {
  const given = record(value, field)
  return {
    requests: number(1, 1_000_000)(given['requests'], `${field}.requests`),
    perSeconds: number(1, 86_400)(given['perSeconds'], `${field}.perSeconds`),
  }
}

/** A signing secret of the user's own. */
export const secretField: Field<string> = (value, field) => {
  const secret = text(value, field)
  const encoded = /^whsec_([A-Za-z0-9+/]+)={0,2}$/.exec(secret)?.[1]
  const bytes = encoded === undefined ? 0 : Math.floor((encoded.length * 3) / 4)
  if (bytes < 24 || bytes > 64) throw invalid(field, 'must be whsec_ and 24 to 64 bytes in base64')
  return secret
}

const known = new Set(
  'url events description active filters headers retry concurrency rateLimit'.split(' '),
)

const refuseOthers = (input: Record<string, unknown>, others: readonly string[]) => {
  const unknown = Object.keys(input).find((name) => !known.has(name) && !others.includes(name))
  if (unknown !== undefined) throw invalid(unknown, 'is not a field of this request')
}

const changeable = (input: Record<string, unknown>) => ({
  description: optional(string)(input['description'], 'description'),
  active: optional(flag)(input['active'], 'active'),
  filters: optional(filters)(input['filters'], 'filters'),
  headerNames: optional(headerNames)(input['headers'], 'headers'),
  retry: optional(retry)(input['retry'], 'retry'),
  concurrency: optional(number(1, 1_000))(input['concurrency'], 'concurrency'),
})

/** The fields of a new webhook. */
export const createFields = (input: Record<string, unknown>) => {
  refuseOthers(input, ['secret'])
  return {
    url: required(address)(input['url'], 'url'),
    events: required(patterns)(input['events'], 'events'),
    secret: optional(secretField)(input['secret'], 'secret'),
    rateLimit: optional(rateLimit)(input['rateLimit'], 'rateLimit'),
    ...changeable(input),
  }
}

/** The fields to change. */
export const updateFields = (input: Record<string, unknown>) => {
  refuseOthers(input, [])
  return {
    url: optional(address)(input['url'], 'url'),
    events: optional(patterns)(input['events'], 'events'),
    rateLimit:
      input['rateLimit'] === null ? null : optional(rateLimit)(input['rateLimit'], 'rateLimit'),
    ...changeable(input),
  }
}
