import type { HeaderReader, HeadersInput } from '../../signature/headers.ts'
import { isSignedValue, type TimeUnit } from '../../signature/profiles/signed-text.ts'
import { headerNames } from '../header-names.ts'
import { type WrittenDigest, writtenDigests } from '../written-digest.ts'

/** A digest in a header, and how the header may be laid out around it. */
export interface SignatureSite {
  readonly header: string
  readonly value: string
  readonly digest: WrittenDigest
  /** What may be the mark in front of it, the likeliest first. */
  readonly marks: readonly string[]
  /** The fields of a header such as `t=…,v1=…`, where it is one. */
  readonly fields: Fields | undefined
}

/** How `name=value` fields stand in a header. */
export interface Fields {
  readonly separator: ',' | ';' | ' '
  readonly signature: string
  readonly times: readonly { readonly field: string; readonly text: string }[]
}

/** A value that may be signed in front of the body. */
export interface SignedValue {
  readonly kind: 'timestamp' | 'header'
  readonly text: string
  /** The header that it stands in. */
  readonly header: string
  /** The field of that header, for the timestamp of `t=…,v1=…`. */
  readonly field?: string
  readonly unit?: TimeUnit
}

/** What a captured request holds that may have to do with its signature. */
export interface CapturedRequest {
  readonly sites: readonly SignatureSite[]
  readonly times: readonly SignedValue[]
  readonly others: readonly SignedValue[]
}

/** Headers that every client, proxy or tracer sends: nobody signs them into a webhook. */
const usual =
  /^(?:host|connection|accept(?:-.*)?|user-agent|content-(?!sha).*|cookie|proxy-.*|x-forwarded-.*|x-real-ip|forwarded|via|traceparent|tracestate|cf-.*|true-client-ip|transfer-encoding|expect|te|upgrade.*|cache-control|pragma|origin|referer|sec-.*|from|date|x-amzn-.*|cdn-loop|priority|x-github-hook-installation-.*)$/

/** Credentials of another kind, which hold no signature. */
const credentials = /^(?:basic|bearer|digest)\s/i

const mostValues = 6
const mostTimes = 4
const mostSites = 8

const iso8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** In which unit a text is a time of this age; undefined when it is none. */
export const timeUnitOf = (text: string): TimeUnit | undefined => {
  if (/^[1-9]\d{9}$/.test(text)) return 'seconds'
  if (/^[1-9]\d{12}$/.test(text)) return 'milliseconds'
  return iso8601.test(text) ? 'iso8601' : undefined
}

const fieldsOf = (value: string, digest: WrittenDigest): Fields | undefined => {
  for (const separator of [',', ';', ' '] as const) {
    const entries = value.split(separator, 17).map((entry) => entry.trim())
    const pairs = entries.map((entry) => /^([\w-]{1,32})=(.+)$/.exec(entry))
    if (entries.length < 2 || pairs.some((pair) => pair === null)) continue
    const written = value.slice(digest.start, digest.end)
    const signature = pairs.find((pair) => pair?.[2] === written)?.[1]
    if (signature === undefined) continue
    const times = pairs.flatMap((pair) => {
      const [, field = '', text = ''] = pair ?? []
      return timeUnitOf(text) === undefined ? [] : [{ field, text }]
    })
    return { separator, signature, times }
  }
  return undefined
}

const marksOf = (before: string): readonly string[] => {
  const whole = before.replace(/^[\s,;]+/, '')
  const last = /[^,;\s]*$/.exec(before)?.[0] ?? ''
  const marks = whole.length <= 24 ? [whole, last] : [last]
  return [...new Set(marks)]
}

const sitesOf = (header: string, value: string): SignatureSite[] => {
  let from = 0
  return writtenDigests(value).map((digest) => {
    const marks = marksOf(value.slice(from, digest.start))
    from = digest.end
    return { header, value, digest, marks, fields: fieldsOf(value, digest) }
  })
}

/** How likely a header holds the id: the likeliest comes first. */
const idRank = (name: string): number => {
  if (/(?:^|-)(?:id|delivery|guid|uuid)$/.test(name)) return 0
  if (/id|delivery|nonce|message|request/.test(name)) return 1
  return /event|topic|type/.test(name) ? 2 : 3
}

/** Whether a header is named as one that holds an id. */
export const isIdName = (name: string): boolean => idRank(name) <= 1

/** Whether a header is named as one that holds the type of an event. */
export const isTypeHeader = (name: string): boolean => /(?:event|topic|type)$/.test(name)

/** Looks through the headers of a captured request. */
export const captured = (headers: HeadersInput, header: HeaderReader): CapturedRequest => {
  const sites: SignatureSite[] = []
  const times: SignedValue[] = []
  const others: SignedValue[] = []
  for (const name of headerNames(headers)) {
    if (usual.test(name)) continue
    const value = header(name) ?? ''
    if (name === 'authorization' && credentials.test(value)) continue
    const found = sitesOf(name, value)
    sites.push(...found)
    for (const { field, text } of found[0]?.fields?.times ?? []) {
      const unit = timeUnitOf(text)
      times.push({ kind: 'timestamp', text, header: name, field, ...(unit && { unit }) })
    }
    const unit = timeUnitOf(value)
    if (unit !== undefined) times.push({ kind: 'timestamp', text: value, header: name, unit })
    else if (found.length === 0 && name !== 'authorization' && isSignedValue(value)) {
      others.push({ kind: 'header', text: value, header: name })
    }
  }
  others.sort((a, b) => idRank(a.header) - idRank(b.header))
  return {
    sites: sites.slice(0, mostSites),
    times: times.slice(0, mostTimes),
    others: others.slice(0, mostValues),
  }
}
