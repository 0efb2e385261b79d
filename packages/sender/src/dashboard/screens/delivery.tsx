import {
  DeliveryView,
  DeliveryWithAttempts,
  notFound,
  numberIn,
} from '@ainexlayer/webhooks-contract'
import { Whatever } from '../api-calls.ts'
import { AttemptPanel, type Part, parts } from '../components/attempt-panel.tsx'
import type { ByteView } from '../components/bytes.tsx'
import { Empty } from '../components/empty.tsx'
import { Live } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { Outcome, Status } from '../components/status.tsx'
import { Ago, Countdown, clockTime, duration } from '../components/time.tsx'
import { WebhookName } from '../components/webhook-name.tsx'
import type { Screen } from '../context.ts'
import { asHttpDump } from '../copies.ts'
import { formFields } from '../form-fields.ts'
import { showPage } from '../page.tsx'
import { webhooksById } from '../reading.ts'
import type { DeliveryDetail, Webhook } from '../shapes.ts'
import { checkSignature } from '../signature-check.ts'

const isOpen = ({ status }: DeliveryDetail): boolean =>
  status === 'pending' || status === 'sending' || status === 'retrying'

const Actions = ({ delivery }: { readonly delivery: DeliveryDetail }) => (
  <div class="actions">
    {isOpen(delivery) ? (
      <button
        type="button"
        class="button"
        hx-post={`/deliveries/${delivery.id}/cancel`}
        hx-target="#notices"
      >
        Cancel
      </button>
    ) : (
      <>
        <button
          type="button"
          class="button primary"
          data-redeliver
          hx-post={`/deliveries/${delivery.id}/redeliver`}
          hx-target="#notices"
        >
          Redeliver
        </button>
        <button
          type="button"
          class="button"
          hx-post={`/deliveries/${delivery.id}/redeliver`}
          hx-vals='{"asNewEvent":"yes"}'
          hx-target="#notices"
        >
          As a new event
        </button>
      </>
    )}
    <a class="button" href={`/trigger?event=${encodeURIComponent(delivery.eventId)}`}>
      Edit and send
    </a>
  </div>
)

const Facts = ({
  delivery,
  webhooks,
}: {
  readonly delivery: DeliveryDetail
  readonly webhooks: ReadonlyMap<string, Webhook>
}) => (
  <dl class="facts">
    <div>
      <dt>Event</dt>
      <dd>
        <a class="mono" href={`/deliveries?eventId=${encodeURIComponent(delivery.eventId)}`}>
          {delivery.eventId}
        </a>
      </dd>
    </div>
    <div>
      <dt>Webhook</dt>
      <dd>
        <WebhookName id={delivery.webhookId} webhooks={webhooks} />
      </dd>
    </div>
    <div>
      <dt>Cause</dt>
      <dd>
        {delivery.trigger}
        {delivery.redeliveryOf === undefined ? null : (
          <>
            {' '}
            of <a href={`/deliveries/${delivery.redeliveryOf}`}>{delivery.redeliveryOf}</a>
          </>
        )}
      </dd>
    </div>
    <div>
      <dt>Created</dt>
      <dd>
        <Ago at={delivery.createdAt} />
      </dd>
    </div>
    <div>
      <dt>Attempts</dt>
      <dd>
        {delivery.attemptCount} of {delivery.maxAttempts}
      </dd>
    </div>
    <div>
      <dt>Next try</dt>
      <dd>
        <Countdown at={delivery.nextAttemptAt} />
      </dd>
    </div>
  </dl>
)

const Timeline = ({
  delivery,
  current,
  part,
}: {
  readonly delivery: DeliveryDetail
  readonly current: number | undefined
  readonly part: Part
}) => (
  <ol class="timeline" aria-label="Attempts">
    {delivery.attempts.map((attempt) => (
      <li class={attempt.outcome} data-row data-href={`?attempt=${attempt.number}&part=${part}`}>
        <a
          href={`/deliveries/${delivery.id}?attempt=${attempt.number}&part=${part}`}
          aria-current={attempt.number === current ? 'true' : undefined}
        >
          <span class="line">
            <strong>Attempt {attempt.number}</strong> <Outcome attempt={attempt} />
          </span>
          <span class="muted line">
            {clockTime(attempt.startedAt)} UTC · {duration(attempt.durationMs)}
          </span>
          {attempt.error === undefined ? null : (
            <span class="muted line">{attempt.error.message}</span>
          )}
          {attempt.faults.length === 0 ? null : <span class="tag">fault</span>}
        </a>
      </li>
    ))}
    {delivery.nextAttemptAt === null ? null : (
      <li class="planned">
        <span class="line">
          <strong>Attempt {delivery.attemptCount + 1}</strong> in{' '}
          <Countdown at={delivery.nextAttemptAt} />
        </span>
      </li>
    )}
  </ol>
)

const oneOf = <Name extends string>(
  names: readonly Name[],
  given: string | undefined,
): Name | undefined => names.find((name) => name === given)

const views: readonly ByteView[] = ['pretty', 'raw', 'hex']

/** Delivery: every attempt with its bytes, its signature and its answer, and what to do next. */
export const deliveryScreen: Screen = (app, context) => {
  const { api, calls } = context
  const read = (id: string): Promise<DeliveryDetail> =>
    calls.get(`/deliveries/${encodeURIComponent(id)}`, DeliveryWithAttempts)

  app.get('/deliveries/:id', async (c) => {
    const delivery = await read(c.req.param('id'))
    const webhooks = await webhooksById(calls)
    const wanted = Number(c.req.query('attempt'))
    const attempt =
      delivery.attempts.find(({ number }) => number === wanted) ?? delivery.attempts.at(-1)
    const part = oneOf(parts, c.req.query('part')) ?? 'request'
    const view = oneOf(views, c.req.query('view')) ?? 'pretty'
    const profile = webhooks.get(delivery.webhookId)?.profile
    const webhook = numberIn('webhook', delivery.webhookId) ?? 0
    const check =
      attempt === undefined
        ? undefined
        : await checkSignature({ db: api.db, webhook, profile, attempt })
    const { search } = new URL(c.req.url)
    const children = (
      <Live id="delivery" path={`/deliveries/${delivery.id}${search}`} ended={!isOpen(delivery)}>
        <div class="head">
          <div>
            <p class="crumbs">
              <a href="/deliveries">Deliveries</a> / <span class="mono">{delivery.id}</span>
            </p>
            <h1>
              <span class="mono wrap">{delivery.eventType}</span>{' '}
              <Status status={delivery.status} />
            </h1>
          </div>
          <Actions delivery={delivery} />
        </div>
        <Facts delivery={delivery} webhooks={webhooks} />
        <div class="split">
          <Timeline delivery={delivery} current={attempt?.number} part={part} />
          {attempt === undefined || check === undefined ? (
            <Empty title="No attempt yet">It stands in the queue.</Empty>
          ) : (
            <AttemptPanel
              delivery={delivery}
              attempt={attempt}
              part={part}
              view={view}
              check={check}
            />
          )}
        </div>
      </Live>
    )
    const title = `${delivery.eventType} ${delivery.id}`
    return showPage(c, context, { title, section: 'deliveries', children })
  })

  app.get('/deliveries/:id/attempts/:file{[0-9]+\\.http}', async (c) => {
    const { id, file } = c.req.param()
    const { attempts } = await read(id)
    const attempt = attempts.find(({ number }) => `${number}.http` === file)
    if (attempt === undefined || attempt.request.body === null) throw notFound('attempt', file)
    return new Response(new Uint8Array(asHttpDump(attempt)), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${attempt.id}.http"`,
      },
    })
  })

  app.post('/deliveries/:id/redeliver', async (c) => {
    const asNewEvent = (await formFields(c)).text('asNewEvent') === 'yes'
    const path = `/deliveries/${encodeURIComponent(c.req.param('id'))}/redeliver`
    const { id } = await calls.send('POST', path, { asNewEvent }, DeliveryView)
    c.header('hx-redirect', `/deliveries/${id}`)
    return c.html(<Notice tone="good">Sent again as {id}.</Notice>)
  })

  app.post('/deliveries/:id/cancel', async (c) => {
    const id = c.req.param('id')
    await calls.send('POST', `/deliveries/${encodeURIComponent(id)}/cancel`, undefined, Whatever)
    c.header('hx-redirect', `/deliveries/${encodeURIComponent(id)}`)
    return c.html(<Notice tone="good">Cancelled.</Notice>)
  })
}
