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
import { Whatever } from '../api-calls.ts'
import { BulkBar, BulkCount } from '../components/bulk.tsx'
import { DeliveryFilters } from '../components/delivery-filters.tsx'
import { DeliveryTable } from '../components/delivery-table.tsx'
import { Empty } from '../components/empty.tsx'
import { Live } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { count } from '../components/numbers.tsx'
import { Pages } from '../components/pages.tsx'
import type { Screen } from '../context.ts'
import { bodyFilter, filterOf, queryText } from '../delivery-filter.ts'
import { formFields } from '../form-fields.ts'
import { showPage } from '../page.tsx'
import { webhooksById } from '../reading.ts'

/** Where counting ends: nobody reads on from there, and a long log would be counted with each change. */
const mostCounted = 10_000

/** The types that a filter offers. */
const types = [...eventTypes, testType, ...operationalTypes]

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
        <Live id="list" path={`/deliveries${query === '' ? '' : `?${query}`}`}>
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
        </Live>
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
