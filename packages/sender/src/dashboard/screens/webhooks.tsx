import {
  DeliveryWithAttempts,
  invalidInput,
  iso,
  RecoverView,
  RotatedSecretView,
  WebhookView,
  WebhookWithSecret,
} from '@ainexlayer/webhooks-contract'
import { queryOf, Whatever } from '../api-calls.ts'
import { Empty } from '../components/empty.tsx'
import { Notice } from '../components/notice.tsx'
import { count } from '../components/numbers.tsx'
import { Pages } from '../components/pages.tsx'
import { RecoverCount, RecoverForm } from '../components/recover-form.tsx'
import { NewSecret } from '../components/secrets.tsx'
import { Activity, Answer, Status } from '../components/status.tsx'
import { Ago } from '../components/time.tsx'
import { WebhookDetail } from '../components/webhook-detail.tsx'
import { WebhookForm } from '../components/webhook-form.tsx'
import { shortUrl } from '../components/webhook-name.tsx'
import type { Screen } from '../context.ts'
import { formFields } from '../form-fields.ts'
import { showPage } from '../page.tsx'
import type { Webhook } from '../shapes.ts'
import { settingsOfForm } from '../webhook-form.ts'

/** The longest span that is recovered, in seconds: a year. */
const longestSeconds = 366 * 86_400

const Row = ({ webhook }: { readonly webhook: Webhook }) => (
  <tr data-row data-href={`/webhooks/${webhook.id}`}>
    <td class="status-cell">
      <Activity active={webhook.active} failing={webhook.health.failingSince !== null} />
    </td>
    <td class="main-cell">
      <a href={`/webhooks/${webhook.id}`}>
        {webhook.description === '' ? shortUrl(webhook.url) : webhook.description}
      </a>
    </td>
    <td class="mono muted wrap">{webhook.url}</td>
    <td class="mono">
      {webhook.events.slice(0, 3).join(' ')}
      {webhook.events.length > 3 ? ` +${webhook.events.length - 3}` : ''}
    </td>
    <td class="mono muted">{webhook.id}</td>
    <td class="num muted">
      <Ago at={webhook.createdAt} />
    </td>
  </tr>
)

/** Webhooks: create, change, test, rotate, recover and delete. */
export const webhooksScreen: Screen = (app, context) => {
  const { calls, api } = context
  const pathOf = (id: string): string => `/webhooks/${encodeURIComponent(id)}`

  app.get('/webhooks', async (c) => {
    const page = Math.max(1, Number(c.req.query('page')) || 1)
    const { data, pagination } = await calls.list(
      `/webhooks${queryOf({ page, limit: 50 })}`,
      WebhookView,
    )
    const children = (
      <>
        <div class="head">
          <h1>Webhooks</h1>
          <a class="button primary" href="/webhooks/new">
            New webhook
          </a>
        </div>
        {data.length === 0 ? (
          <Empty title="No webhooks yet">
            <a href="/webhooks/new">Create one</a> for your receiver.
          </Empty>
        ) : (
          <table class="list">
            <caption class="hidden">Webhooks</caption>
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Name</th>
                <th scope="col">URL</th>
                <th scope="col">Events</th>
                <th scope="col">Id</th>
                <th scope="col" class="num">
                  Created
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((webhook) => (
                <Row webhook={webhook} />
              ))}
            </tbody>
          </table>
        )}
        <Pages pagination={pagination} path="/webhooks" query="" what="webhooks" />
      </>
    )
    return showPage(c, context, { title: 'Webhooks', section: 'webhooks', children })
  })

  app.get('/webhooks/new', (c) => {
    const children = (
      <>
        <div class="head">
          <h1>New webhook</h1>
        </div>
        <div id="created">
          <section class="panel narrow" aria-label="Settings">
            <WebhookForm />
          </section>
        </div>
      </>
    )
    return showPage(c, context, { title: 'New webhook', section: 'webhooks', children })
  })

  app.post('/webhooks', async (c) => {
    const settings = settingsOfForm(await formFields(c), undefined)
    const { id, secret } = await calls.send('POST', '/webhooks', settings, WebhookWithSecret)
    return c.html(
      <section class="panel narrow" aria-label="The new webhook">
        <NewSecret secret={secret}>{`${id} was created. This is its secret.`}</NewSecret>
        <p class="actions">
          <a class="button primary" href={`/webhooks/${id}`}>
            Open {id}
          </a>
          <a class="button" href="/trigger">
            Send an event
          </a>
        </p>
      </section>,
    )
  })

  app.get('/webhooks/:id', async (c) => {
    const webhook = await calls.get(pathOf(c.req.param('id')), WebhookView)
    const children = <WebhookDetail webhook={webhook} />
    const title = webhook.description === '' ? webhook.id : webhook.description
    return showPage(c, context, { title, section: 'webhooks', children })
  })

  app.post('/webhooks/:id', async (c) => {
    const id = c.req.param('id')
    const before = await calls.get(pathOf(id), WebhookView)
    const settings = settingsOfForm(await formFields(c), before)
    await calls.send('PATCH', pathOf(id), settings, WebhookView)
    c.header('hx-redirect', pathOf(id))
    return c.html(<Notice tone="good">Saved.</Notice>)
  })

  for (const [act, active] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.post(`/webhooks/:id/${act}`, async (c) => {
      const id = c.req.param('id')
      await calls.send('PATCH', pathOf(id), { active }, WebhookView)
      c.header('hx-trigger', 'live')
      return c.html(
        <Notice tone="good">
          {active ? (
            <>
              {id} is active again. <RecoverForm webhookId={id} />
            </>
          ) : (
            `${id} is disabled.`
          )}
        </Notice>,
      )
    })
  }

  app.post('/webhooks/:id/delete', async (c) => {
    const id = c.req.param('id')
    await calls.send('DELETE', pathOf(id), undefined, Whatever)
    c.header('hx-redirect', '/webhooks')
    return c.html(<Notice tone="good">{id} is deleted.</Notice>)
  })

  app.post('/webhooks/:id/test', async (c) => {
    const eventType = (await formFields(c)).text('eventType')
    const path = `${pathOf(c.req.param('id'))}/test`
    const sent = await calls.send('POST', path, { eventType }, DeliveryWithAttempts)
    return c.html(
      <p class="result">
        <Status status={sent.status} /> <Answer delivery={sent} />{' '}
        <a class="mono" href={`/deliveries/${sent.id}`}>
          {sent.id}
        </a>{' '}
        <span class="muted">{sent.lastError?.message ?? ''}</span>
      </p>,
    )
  })

  app.post('/webhooks/:id/rotate', async (c) => {
    const gracePeriodSeconds = (await formFields(c)).number('grace')
    const path = `${pathOf(c.req.param('id'))}/rotate-secret`
    const { secret } = await calls.send('POST', path, { gracePeriodSeconds }, RotatedSecretView)
    c.header('hx-trigger', 'live')
    return c.html(<NewSecret secret={secret}>This is the new secret.</NewSecret>)
  })

  const statusOf = (cancelled: boolean) => (cancelled ? ['failed', 'cancelled'] : ['failed'])

  app.post('/webhooks/:id/recover/count', async (c) => {
    const id = c.req.param('id')
    const form = await formFields(c)
    const cancelled = form.text('cancelled') === 'yes'
    const seconds = form.number('seconds') ?? 86_400
    if (!(seconds > 0 && seconds <= longestSeconds)) throw invalidInput('seconds', 'is no span')
    const since = iso(api.clock.now() - seconds * 1000)
    const body = { since, status: statusOf(cancelled), dryRun: true }
    const { matched } = await calls.send('POST', `${pathOf(id)}/recover`, body, RecoverView)
    return c.html(
      <RecoverCount webhookId={id} matched={matched} since={since} cancelled={cancelled} />,
    )
  })

  app.post('/webhooks/:id/recover', async (c) => {
    const id = c.req.param('id')
    const form = await formFields(c)
    const body = { since: form.text('since'), status: statusOf(form.text('cancelled') === 'yes') }
    const { queued } = await calls.send('POST', `${pathOf(id)}/recover`, body, RecoverView)
    c.header('hx-trigger', 'live')
    return c.html(
      <Notice tone="good">
        {count(queued)} on their way again, 10 a second.{' '}
        <a href={`/deliveries${queryOf({ webhookId: id })}`}>See them</a>
      </Notice>,
    )
  })
}
