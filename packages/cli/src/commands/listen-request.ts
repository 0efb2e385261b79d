import { createHash } from 'node:crypto'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Profile } from '@ainexlayer/webhooks'
import { type Diagnosis, diagnose } from '@ainexlayer/webhooks/diagnose'
import { type CapturedRequest, headerOf, headersOf } from '../capture/captured-request.ts'
import { writeDump } from '../capture/http-dump.ts'
import { pairsOf } from '../http/send-request.ts'
import type { Secret } from '../input/secret.ts'

/** The most bytes of a request that are kept. */
export const largestBody = 10 * 1024 * 1024

/** Reads a request as it comes; undefined for one that is too large. @throws when the connection breaks */
export const readRequest = async (
  request: IncomingMessage,
  at: number,
): Promise<CapturedRequest | undefined> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > largestBody) return undefined
    chunks.push(bytes)
  }
  return {
    method: request.method ?? '',
    url: request.url ?? '/',
    headers: pairsOf(request.rawHeaders),
    body: Buffer.concat(chunks),
    at,
  }
}

/** What is known about a request that was caught. */
export interface Checked {
  /** Of the event, as the body says; undefined where it is no event. */
  readonly type: string | undefined
  readonly id: string
  /** `verified`, the code of why not, or undefined where there is no secret. */
  readonly verdict: string | undefined
  readonly message: string
}

const fieldsIn = (body: Buffer): { readonly type?: unknown; readonly id?: unknown } => {
  try {
    const json: unknown = JSON.parse(body.toString())
    return typeof json === 'object' && json !== null ? json : {}
  } catch {
    return {}
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The header that is missing or malformed: the words of a diagnosis are the same for each. */
const headerOfFinding = ({ code, checks }: Diagnosis): string => {
  if (code !== 'missing_header' && code !== 'malformed_header') return ''
  const found = checks.find(({ name, ok }) => name === 'headers' && !ok)?.found
  const [header = ''] = found?.split(':') ?? []
  return header === '' ? '' : `${header}: `
}

/** Looks at a request: what it is, and whether it is genuine. */
export const checkRequest = async (
  request: CapturedRequest,
  secret: Secret | undefined,
  profile: Profile,
): Promise<Checked> => {
  const { type, id } = fieldsIn(request.body)
  const idHeader =
    profile.name === 'standard-webhooks'
      ? headerOf(request, profile.keptHeaders?.[0] ?? '')
      : undefined
  const about = {
    type: textOf(type),
    id:
      idHeader ??
      textOf(id) ??
      createHash('sha256').update(request.body).digest('hex').slice(0, 16),
  }
  if (secret === undefined)
    return { ...about, verdict: undefined, message: 'no secret: not verified' }
  const { at } = request
  const diagnosis = await diagnose({
    headers: headersOf(request),
    body: request.body,
    secret: { value: secret.value, ...(secret.encoding && { encoding: secret.encoding }) },
    profile,
    ...(at !== undefined && { now: () => at }),
  })
  return diagnosis.ok
    ? { ...about, verdict: 'verified', message: 'verified' }
    : {
        ...about,
        verdict: diagnosis.code,
        message: `${headerOfFinding(diagnosis)}${diagnosis.message} ${diagnosis.fix}`,
      }
}

const inFileName = (text: string): string => text.replace(/[^\w.-]+/g, '_').slice(0, 80)

/** A request that is not known to be genuine says so in its name. */
const markOf = (verdict: string | undefined): string =>
  verdict === 'verified' ? '' : `.${verdict === undefined ? 'not-verified' : inFileName(verdict)}`

/** Saves a request as a raw HTTP message; the time of the file is when it came. Resolves with its name. */
export const saveRequest = async (
  folder: string,
  request: CapturedRequest,
  { type, id, verdict }: Checked,
  number: number,
): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const at = new Date(request.at ?? 0)
  const time = at.toISOString().replace(/[:]/g, '-')
  const name = `${time}-${String(number).padStart(4, '0')}-${inFileName(type ?? 'unknown')}-${inFileName(id)}${markOf(verdict)}.http`
  const file = join(folder, name)
  await writeFile(file, writeDump(request), { mode: 0o600 })
  await utimes(file, at, at)
  return name
}
