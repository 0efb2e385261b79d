import type { LookupFunction } from 'node:net'
import { getJson } from '../wire/get-json.ts'
import type { Observe, ObserveState } from './stage.ts'

/** How to ask a receiver. */
export interface ObserveUrlOptions {
  /** Resolves host names; it gives out only addresses that may be connected to. Default: every address. */
  readonly lookup?: LookupFunction
}

const entriesOf = async (
  url: string,
  { lookup }: ObserveUrlOptions,
): Promise<[name: string, value: unknown][]> => {
  const answer = await getJson(url, lookup)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new Error(`${url} answered with no object.`)
  }
  return Object.entries(answer)
}

const countOf = (url: string, count: unknown): number => {
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count
  throw new Error(
    `${url} does not say how often the handlers ran: it answers with a whole number for each event id.`,
  )
}

/** Observes the handlers through a URL that answers `{ "<event id>": runs }`. It rejects when there is no such answer. */
export const observeUrl =
  (url: string, options: ObserveUrlOptions = {}): Observe =>
  async () =>
    Object.fromEntries(
      (await entriesOf(url, options)).map(([id, count]) => [id, countOf(url, count)]),
    )

/** Observes what the receiver holds through a URL that answers `{ "<document id>": "<event id>" }`. */
export const observeStateUrl =
  (url: string, options: ObserveUrlOptions = {}): ObserveState =>
  async () =>
    Object.fromEntries((await entriesOf(url, options)).map(([id, event]) => [id, String(event)]))
