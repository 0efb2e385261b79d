import { queryOf } from './api-calls.ts'

/** What the list of deliveries is narrowed by, as the API's query names it. */
export interface DeliveryFilter {
  /** Statuses with a comma between them. */
  readonly status?: string | undefined
  readonly eventType?: string | undefined
  readonly webhookId?: string | undefined
  readonly statusClass?: string | undefined
  readonly eventId?: string | undefined
  readonly search?: string | undefined
  readonly page?: string | undefined
}

const one = (query: URLSearchParams, name: string): string | undefined => {
  const value = query.get(name)?.trim()
  return value === '' ? undefined : value
}

/** Reads the filter of a page's address: a form repeats `status`, a link has commas. */
export const filterOf = (query: URLSearchParams): DeliveryFilter => {
  const status = query
    .getAll('status')
    .flatMap((part) => part.split(','))
    .filter(Boolean)
  const search = one(query, 'search')
  // The id of an event has an index: it is not looked for in every body.
  const isEventId = search !== undefined && /^msg_[0-9a-f]{32}$/.test(search)
  return {
    status: status.length === 0 ? undefined : status.join(','),
    eventType: one(query, 'eventType'),
    webhookId: one(query, 'webhookId'),
    statusClass: one(query, 'statusClass'),
    eventId: isEventId ? search : one(query, 'eventId'),
    search: isEventId ? undefined : search,
    page: one(query, 'page'),
  }
}

/** The filter as an address has it, without the question mark. */
export const queryText = (filter: DeliveryFilter): string => queryOf({ ...filter }).slice(1)

/** The filter as the body of a redelivery or cancellation of everything that matches. */
export const bodyFilter = ({ page: _, status, ...rest }: DeliveryFilter) => ({
  ...rest,
  ...(status !== undefined && { status: status.split(',') }),
})
