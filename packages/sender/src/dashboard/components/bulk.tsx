import type { DeliveryFilter } from '../delivery-filter.ts'
import { queryText } from '../delivery-filter.ts'
import { Notice } from './notice.tsx'
import { count } from './numbers.tsx'

/** What can be done with deliveries that are selected, and with all that match. */
export const BulkBar = ({
  filter,
  total,
}: {
  readonly filter: DeliveryFilter
  readonly total: number
}) => (
  <form id="bulk" class="bulk" data-bulk>
    <input type="hidden" name="query" value={queryText(filter)} />
    <span class="picked" data-picked hidden>
      <span data-picked-count>0</span> selected
      <button
        type="button"
        class="button"
        hx-post="/deliveries/redeliver"
        hx-include="#bulk"
        hx-target="#notices"
      >
        Redeliver
      </button>
      <button
        type="button"
        class="button"
        hx-post="/deliveries/cancel"
        hx-include="#bulk"
        hx-target="#notices"
      >
        Cancel
      </button>
    </span>
    <span class="all">
      <button
        type="button"
        class="button"
        hx-post="/deliveries/all/count"
        hx-vals='{"act":"redeliver"}'
        hx-include="#bulk"
        hx-target="#bulk-count"
        disabled={total === 0}
      >
        Redeliver all that match…
      </button>
      <button
        type="button"
        class="button"
        hx-post="/deliveries/all/count"
        hx-vals='{"act":"cancel"}'
        hx-include="#bulk"
        hx-target="#bulk-count"
        disabled={total === 0}
      >
        Cancel all that match…
      </button>
    </span>
  </form>
)

/** How many it would be, and the button for it. */
export const BulkCount = ({
  matched,
  act,
  query,
}: {
  readonly matched: number
  readonly act: string
  readonly query: string
}) =>
  matched === 0 ? (
    <Notice tone="bad">
      {act === 'cancel' ? 'Nothing that matches is open.' : 'Nothing that matches has ended.'}
    </Notice>
  ) : (
    <form class="confirm" hx-post={`/deliveries/all/${act}`} hx-target="#bulk-count">
      <input type="hidden" name="query" value={query} />
      <span>
        <strong>
          {count(matched)} {matched === 1 ? 'delivery' : 'deliveries'}
        </strong>{' '}
        {act === 'cancel'
          ? 'are open and match.'
          : 'have ended and match; they go out at 10 a second.'}
      </span>
      <span>
        <button type="submit" class={act === 'cancel' ? 'button danger' : 'button primary'}>
          {act === 'cancel' ? 'Cancel' : 'Redeliver'} {count(matched)}
        </button>{' '}
        <button type="button" class="button" data-dismiss>
          Leave it
        </button>
      </span>
    </form>
  )
