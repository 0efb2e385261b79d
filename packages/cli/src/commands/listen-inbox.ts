import type { CapturedRequest } from '../capture/captured-request.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import { type ApiOptions, apiClient } from './api-client.ts'
import type { Checked } from './listen-request.ts'

/** What the server behind `listen` answered. */
export interface ForwardedTo {
  readonly url: string
  readonly statusCode: number
  readonly durationMs: number
}

/** Shows a caught request in the inbox of a sender; what goes wrong is said once, and keeps nothing from being caught. */
export type HandIn = (
  request: CapturedRequest,
  checked: Checked,
  forwarded: ForwardedTo | undefined,
) => Promise<void>

const isUtf8 = (body: Buffer): boolean => Buffer.from(body.toString('utf8')).equals(body)

/** Creates what hands requests in. @throws CliError api_key_missing */
export const createHandIn = (options: ApiOptions, world: World, out: Output): HandIn => {
  const client = apiClient(options, world, out)
  let hasFailed = false
  return async ({ method, url, headers, body }, { verdict, message }, forwarded) => {
    const bodyEncoding = isUtf8(body) ? 'utf8' : 'base64'
    const reason = verdict === undefined || verdict === 'verified' ? null : `${verdict}: ${message}`
    const named: Record<string, string> = {}
    for (const [name, value] of headers) {
      const before = named[name.toLowerCase()]
      named[name.toLowerCase()] = before === undefined ? value : `${before}, ${value}`
    }
    try {
      await client.dev.capture({
        method,
        path: url,
        headers: named,
        body: body.toString(bodyEncoding),
        bodyEncoding,
        verified: verdict === undefined ? null : verdict === 'verified',
        reason: reason?.slice(0, 500) ?? null,
        forwarded: forwarded === undefined ? null : { ...forwarded, error: null },
      })
    } catch (error) {
      if (hasFailed) return
      hasFailed = true
      out.warn(`The inbox did not take it: ${error instanceof Error ? error.message : error}`)
    }
  }
}
