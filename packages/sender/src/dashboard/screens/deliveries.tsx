import {
  CancelAllView,
  DeliveryQuery,
  eventTypes,
  operationalTypes,
  Problem,
  RedeliverAllView,
  readInput,
  testType,
} from '@ainexlayer/webhooks-contract'
import { listDeliveries } from '../../routes/list-deliveries.ts'
import { type Page, Whatever } from '../api-calls.ts'
import { DeliveryFilters } from '../components/delivery-filters.tsx'
import { Empty } from '../components/empty.tsx'
import { Notice } from '../components/notice.tsx'
import { count } from '../components/numbers.tsx'
import { Pages } from '../components/pages.tsx'
import { Answer, Status } from '../components/status.tsx'
import { Ago, Countdown } from '../components/time.tsx'
import { WebhookName } from '../components/webhook-name.tsx'
import type { Screen } from '../context.ts'
import { bodyFilter, type DeliveryFilter, filterOf, queryText } from '../delivery-filter.ts'
import { formFields } from '../form-fields.ts'
import { showPage } from '../page.tsx'
import { webhooksById } from '../reading.ts'
import type { Delivery, Webhook } from '../shapes.ts'

/** Where counting ends: nobody reads on from there, and a long log would be counted with each change. */
const mostCounted = 10_000

/** The types that a filter offers. */
const types = [...eventTypes, testType, ...operationalTypes]

const Row = ({
  delivery,
  webhooks,
}: {
  readonly delivery: Delivery
  readonly webhooks: ReadonlyMap<string, Webhook>
}) => (
  <tr data-row data-id={delivery.id} data-href={`/deliveries/${delivery.id}`}>
    <td class="pick">
      <input
        type="checkbox"
        name="id"
        value={delivery.id}
        form="bulk"
        aria-label={`Select ${delivery.id}`}
      />
    </td>
    <td class="status-cell">
      <Status status={delivery.status} />
    </td>
    <td class="main-cell">
      <a class="mono" href={`/deliveries/${delivery.id}`}>
        {delivery.eventType}
      </a>
      {delivery.trigger === 'event' ? null : <small class="tag">{delivery.trigger}</small>}
    </td>
    <td class="mono muted id-cell">{delivery.id}</td>
    <td class="webhook-cell">
      <WebhookName id={delivery.webhookId} webhooks={webhooks} />
    </td>
    <td class="num">
      <Answer delivery={delivery} />
    </td>
    <td class="num">
      {delivery.attemptCount}
      <span class="muted">/{delivery.maxAttempts}</span>
    </td>
    <td class="num">
      <Countdown at={delivery.nextAttemptAt} />
    </td>
    <td class="num muted">
      <Ago at={delivery.createdAt} />
    </td>
  </tr>
)

const DeliveryTable = ({
  page,
  webhooks,
}: {
  readonly page: Page<Delivery>
  readonly webhooks: ReadonlyMap<string, Webhook>
}) => (
  <table class="list">
    <caption class="hidden">Deliveries, newest first</caption>
    <thead>
      <tr>
        <th scope="col" class="pick">
          <input type="checkbox" data-pick-all aria-label="Select all on this page" />
        </th>
        <th scope="col">Status</th>
        <th scope="col">Event</th>
        <th scope="col">Id</th>
        <th scope="col">Webhook</th>
        <th scope="col" class="num">
          Answer
        </th>
        <th scope="col" class="num">
          Attempt
        </th>
        <th scope="col" class="num">
          Next try
        </th>
        <th scope="col" class="num">
          Created
        </th>
      </tr>
    </thead>
    <tbody>
      {page.data.map((delivery) => (
        <Row delivery={delivery} webhooks={webhooks} />
      ))}
    </tbody>
  </table>
)

const BulkBar = ({
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

const BulkCount = ({
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

/** Deliveries: what was sent, what is on its way and what failed, as it happens. */
export const deliveriesScreen: Screen = (app, context) => {
  const { calls, api } = context

  app.get('/deliveries', async (c) => {
    const filter = filterOf(new URL(c.req.url).searchParams)
    const query = queryText(filter)
    // A search ends with its page: what it has not found yet may be far away.
    const countedUpTo = filter.search === undefined ? mostCounted : 0
    const [webhooks, page] = await Promise.all([
      webhooksById(calls),
      listDeliveries(api, readInput(DeliveryQuery, { ...filter, limit: 50 }), countedUpTo),
    ])
    const { total } = page.pagination
    const children = (
      <>
        <div class="head">
          <h1>Deliveries</h1>
          <a class="button primary" href="/trigger">
            Send an event
          </a>
        </div>
        <DeliveryFilters filter={filter} types={types} webhooks={[...webhooks.values()]} />
        <div id="bulk-count" />
        <div
          id="list"
          hx-get={`/deliveries${query === '' ? '' : `?${query}`}`}
          hx-trigger="live from:body"
          hx-select="#list"
          hx-swap="outerHTML"
          hx-sync="this:queue last"
        >
          <BulkBar filter={filter} total={total} />
          {total === 0 ? (
            <Empty title={query === '' ? 'Nothing was sent yet' : 'Nothing matches'}>
              {query === '' ? (
                <a href="/trigger">Send an event</a>
              ) : (
                <a href="/deliveries">Show all deliveries</a>
              )}
            </Empty>
          ) : (
            <DeliveryTable page={page} webhooks={webhooks} />
          )}
          <Pages
            pagination={page.pagination}
            path="/deliveries"
            query={query}
            countedUpTo={countedUpTo}
            what="deliveries"
          />
        </div>
      </>
    )
    return showPage(c, context, { title: 'Deliveries', section: 'deliveries', children })
  })

  /** Does one thing to each delivery that is selected; what is refused is counted, and the first reason told. */
  const toEach = async (ids: readonly string[], act: 'redeliver' | 'cancel') => {
    let done = 0
    let refusal: string | undefined
    for (const id of ids.slice(0, 100)) {
      try {
        const body = act === 'redeliver' ? {} : undefined
        await calls.send('POST', `/deliveries/${encodeURIComponent(id)}/${act}`, body, Whatever)
        done += 1
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        refusal ??= error.message
      }
    }
    return { done, refused: ids.length - done, refusal }
  }

  for (const act of ['redeliver', 'cancel'] as const) {
    app.post(`/deliveries/${act}`, async (c) => {
      const { done, refused, refusal } = await toEach((await formFields(c)).all('id'), act)
      c.header('hx-trigger', 'live')
      return c.html(
        <Notice tone={done > 0 ? 'good' : 'bad'}>
          {count(done)} {act === 'redeliver' ? 'sent again' : 'cancelled'}
          {refused > 0 ? `, ${count(refused)} not: ${refusal}` : '.'}
        </Notice>,
      )
    })
  }

  app.post('/deliveries/all/count', async (c) => {
    const form = await formFields(c)
    const query = form.text('query')
    const body = { filter: bodyFilter(filterOf(new URLSearchParams(query))), dryRun: true }
    const act = form.text('act') === 'cancel' ? 'cancel' : 'redeliver'
    const { matched } = await calls.send(
      'POST',
      `/deliveries/${act}`,
      body,
      act === 'cancel' ? CancelAllView : RedeliverAllView,
    )
    return c.html(<BulkCount matched={matched} act={act} query={query} />)
  })

  app.post('/deliveries/all/redeliver', async (c) => {
    const filter = bodyFilter(filterOf(new URLSearchParams((await formFields(c)).text('query'))))
    const { queued, skipped } = await calls.send(
      'POST',
      '/deliveries/redeliver',
      { filter },
      RedeliverAllView,
    )
    c.header('hx-trigger', 'live')
    return c.html(
      <Notice tone="good">
        {count(queued)} queued{skipped > 0 ? `, ${count(skipped)} skipped` : ''}.
      </Notice>,
    )
  })

  app.post('/deliveries/all/cancel', async (c) => {
    const filter = bodyFilter(filterOf(new URLSearchParams((await formFields(c)).text('query'))))
    const { cancelled } = await calls.send('POST', '/deliveries/cancel', { filter }, CancelAllView)
    c.header('hx-trigger', 'live')
    return c.html(<Notice tone="good">{count(cancelled)} cancelled.</Notice>)
  })
}
