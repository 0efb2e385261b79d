import {
  DeliveryView,
  DeliveryWithAttempts,
  EmitResultView,
  EmittedView,
  EventTypeView,
  EventView,
  FaultKindView,
  invalidInput,
  limits,
  Problem,
} from '@ainexlayer/webhooks-contract'
import { z } from 'zod'
import { queryOf } from '../api-calls.ts'
import { Live } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { count as countText } from '../components/numbers.tsx'
import { Answer, Status } from '../components/status.tsx'
import { TriggerForm } from '../components/trigger-form.tsx'
import type { DashboardContext, Screen } from '../context.ts'
import { faultOfForm } from '../fault-form.ts'
import { type FormFields, formFields } from '../form-fields.ts'
import { showPage } from '../page.tsx'
import { webhooksById } from '../reading.ts'
import { mostEvents, sendMany } from '../send-many.ts'
import type { Delivery } from '../shapes.ts'

type EmittedEvent = z.output<typeof EmittedView>

const dataOf = (form: FormFields): unknown => {
  try {
    return JSON.parse(form.text('data'))
  } catch (error) {
    throw invalidInput('data', error instanceof Error ? error.message : 'not JSON')
  }
}

const within = (
  form: FormFields,
  name: string,
  least: number,
  most: number,
): number | undefined => {
  const value = form.number(name)
  if (value === undefined || (value >= least && value <= most)) return value
  throw invalidInput(name, `must be from ${least} to ${most}`)
}

/** The kinds of faults; none without `dev`. */
const kindsOf = async ({ api, calls }: DashboardContext) =>
  api.dev ? calls.get('/dev/fault-kinds', z.array(FaultKindView)) : []

/** What became of the events, as it goes on. */
const Result = ({
  event,
  deliveries,
}: {
  readonly event: string
  readonly deliveries: readonly Delivery[]
}) => (
  <Live id="sent" class="result" path={`/trigger/sent${queryOf({ event })}`}>
    <p>
      <a class="mono" href={`/deliveries${queryOf({ eventId: event })}`}>
        {event}
      </a>
    </p>
    {deliveries.length === 0 ? <p class="hint">No webhook gets it.</p> : null}
    <ul class="plain">
      {deliveries.map((delivery) => (
        <li>
          <Status status={delivery.status} />{' '}
          <a class="mono" href={`/deliveries/${delivery.id}`}>
            {delivery.id}
          </a>{' '}
          <Answer delivery={delivery} />
        </li>
      ))}
    </ul>
  </Live>
)

/** Who did not get it, and why: that is known when it is sent, and not when the result is read again. */
const Skipped = ({ skipped }: { readonly skipped: EmittedEvent['skipped'] }) =>
  skipped.length === 0 ? null : (
    <ul class="plain" id="skipped">
      {skipped.map(({ webhookId, reason }) => (
        <li class="muted">
          {webhookId}: {reason}
        </li>
      ))}
    </ul>
  )

/** Trigger: send any of the 19 events, as it should be or with a fault. */
export const triggerScreen: Screen = (app, context) => {
  const { calls, api } = context
  const deliveriesOf = async (event: string) =>
    (await calls.list(`/deliveries${queryOf({ eventId: event, limit: 20 })}`, DeliveryView)).data

  app.get('/trigger', async (c) => {
    const from = c.req.query('event')
    const event =
      from === undefined
        ? undefined
        : await calls.get(`/events/${encodeURIComponent(from)}`, EventView)
    const types = await calls.get('/event-types', z.array(EventTypeView))
    const wanted = event?.type ?? c.req.query('type') ?? 'document.processed'
    const known = types.find(({ type }) => type === wanted)
    // An event of another type can be edited, too: as JSON, without fields.
    const other = { type: wanted, description: 'of this event', schema: {}, example: {} }
    const type = known ?? (event === undefined ? types[0] : undefined) ?? other
    const webhooks = await webhooksById(calls)
    const children = (
      <>
        <div class="head">
          <h1>Trigger</h1>
          {event === undefined ? null : (
            <p class="muted">
              The data of <span class="mono">{event.id}</span>. It goes out as a new event.
            </p>
          )}
        </div>
        <TriggerForm
          types={known === undefined && event !== undefined ? [...types, other] : types}
          type={type}
          data={event?.data ?? type.example}
          webhooks={[...webhooks.values()]}
          faults={await kindsOf(context)}
          dev={api.dev}
        />
      </>
    )
    return showPage(c, context, { title: 'Trigger', section: 'trigger', children })
  })

  app.get('/trigger/sent', async (c) => {
    const event = c.req.query('event') ?? ''
    return c.html(<Result event={event} deliveries={await deliveriesOf(event)} />)
  })

  /** Events of the same content, in lists that the API takes. */
  const emitter = (event: Readonly<Record<string, unknown>>) => {
    const bytes = JSON.stringify(event).length + 1
    const most = Math.max(1, Math.min(limits.eventsAtOnce, Math.floor(limits.eventBytes / bytes)))
    return async (count: number): Promise<void> => {
      for (let left = count; left > 0; left -= most) {
        const list = Array.from({ length: Math.min(left, most) }, () => event)
        const results = await calls.send('POST', '/events', list, z.array(EmitResultView))
        const failed = results.filter(({ ok }) => !ok).length
        if (failed > 0) {
          throw new Problem('INTERNAL_ERROR', `${failed} of ${list.length} events were not stored.`)
        }
      }
    }
  }

  app.post('/trigger', async (c) => {
    const form = await formFields(c)
    const type = form.text('type')
    const data = dataOf(form)
    const count = within(form, 'count', 1, mostEvents.count) ?? 1
    if (!Number.isInteger(count)) throw invalidInput('count', 'must be a whole number')
    const rate = within(form, 'rate', 0.1, mostEvents.perSecond)
    const to = form.text('to')
    const fault = faultOfForm(form, await kindsOf(context))
    if (to !== '') {
      if (fault !== undefined || count > 1) {
        throw invalidInput('to', 'one webhook alone gets one event, without a fault')
      }
      const body = { eventType: type, data }
      const sent = await calls.send(
        'POST',
        `/webhooks/${encodeURIComponent(to)}/test`,
        body,
        DeliveryWithAttempts,
      )
      return c.html(<Result event={sent.eventId} deliveries={[sent]} />)
    }
    const id = form.text('id')
    const event = {
      type,
      data,
      validate: form.text('loose') !== 'yes',
      ...(fault !== undefined && { faults: [fault] }),
    }
    if (id !== '' && count > 1) throw invalidInput('id', 'only one event can have it')
    // The first one is refused before the others are sent.
    const first = await calls.send(
      'POST',
      '/events',
      { ...event, ...(id !== '' && { id }) },
      EmittedView,
    )
    if (count > 1) {
      const send = emitter({ ...event, validate: false })
      if (rate === undefined) await send(count - 1)
      // Whatever refuses one of them refused the first already; a sender that was closed ends it.
      else sendMany({ count: count - 1, perSecond: rate, send, onError: () => {} })
    }
    return c.html(
      <>
        <Notice tone="good">
          {count === 1
            ? first.duplicate
              ? 'This event was sent before: nothing is sent again.'
              : 'Sent.'
            : `${countText(count)} events${rate === undefined ? ' sent.' : `, ${rate} a second.`}`}
        </Notice>
        <Result event={first.id} deliveries={await deliveriesOf(first.id)} />
        <Skipped skipped={first.skipped} />
      </>,
    )
  })
}
