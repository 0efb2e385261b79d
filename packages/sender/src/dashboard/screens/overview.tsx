import { iso, isoOrNull, numberIn, StatsView, WebhookView } from '@ainexlayer/webhooks-contract'
import { nextDueOf } from '../../store/due.ts'
import { queryOf } from '../api-calls.ts'
import { HourChart } from '../components/chart.tsx'
import { Empty } from '../components/empty.tsx'
import { Live } from '../components/live.tsx'
import { count, Figure, percent } from '../components/numbers.tsx'
import { Pages } from '../components/pages.tsx'
import { RecoverForm } from '../components/recover-form.tsx'
import { Activity } from '../components/status.tsx'
import { Ago, Countdown, duration } from '../components/time.tsx'
import { shortUrl } from '../components/webhook-name.tsx'
import type { Screen } from '../context.ts'
import { showPage } from '../page.tsx'
import type { MinuteCount } from '../recent-attempts.ts'
import type { Stats, Webhook } from '../shapes.ts'

const dayMs = 86_400_000

/** How many webhooks stand on a page. */
const perPage = 20

/** A webhook and how it does. */
interface Card {
  readonly webhook: Webhook
  readonly stats: Stats
  readonly minutes: readonly MinuteCount[]
  readonly nextAttemptAt: string | null
}

const reasons: Readonly<Record<NonNullable<Webhook['disabledReason']>, string>> = {
  gone: 'The endpoint answered 410: it is gone.',
  failing: 'The endpoint failed for too long.',
  manual: 'Somebody switched it off.',
}

const DisabledBanner = ({ webhook }: { readonly webhook: Webhook }) => (
  <section class="banner" aria-label={`${webhook.id} is disabled`}>
    <div>
      <strong>
        {webhook.id} is disabled: {reasons[webhook.disabledReason ?? 'manual']}
      </strong>
      <p>
        {shortUrl(webhook.url)}
        {webhook.disabledAt === null ? null : (
          <>
            {' '}
            since <Ago at={webhook.disabledAt} />
          </>
        )}
        . Nothing is sent to it. Re-enable it, and then recover what it missed.
      </p>
    </div>
    <button
      type="button"
      class="button primary"
      hx-post={`/webhooks/${webhook.id}/enable`}
      hx-target="#notices"
    >
      Re-enable
    </button>
  </section>
)

const WebhookCard = ({
  card: { webhook, stats, minutes, nextAttemptAt },
}: {
  readonly card: Card
}) => {
  const { health } = webhook
  const failed = stats.failed + stats.cancelled
  return (
    <li class="card" data-row data-href={`/webhooks/${webhook.id}`}>
      <div class="card-head">
        <div>
          <a class="title" href={`/webhooks/${webhook.id}`}>
            {webhook.description === '' ? shortUrl(webhook.url) : webhook.description}
          </a>
          <span class="muted mono">
            {webhook.id} · {shortUrl(webhook.url)}
          </span>
        </div>
        <Activity active={webhook.active} failing={health.failingSince !== null} />
      </div>
      <div class="card-body">
        <HourChart minutes={minutes} height={36} />
        <dl class="figures small">
          <Figure name="Success">{percent(stats.successRate)}</Figure>
          <Figure name="Deliveries">{count(stats.total)}</Figure>
          <Figure name="p95">{duration(stats.latencyMs.p95)}</Figure>
          <Figure name="Next retry">
            <Countdown at={nextAttemptAt} />
          </Figure>
        </dl>
      </div>
      {health.failingSince === null || !webhook.active ? null : (
        <p class="hint">
          The first failure was <Ago at={health.failingSince} />;{' '}
          {count(health.consecutiveFailures)} in a row by now.
          {health.disableRule === null
            ? ' It is never disabled by itself.'
            : ` It is ${health.disableRule}.`}
        </p>
      )}
      {webhook.active && failed > 0 ? (
        <details class="more" id={`recover-${webhook.id}`}>
          <summary>Recover {count(failed)} that did not arrive</summary>
          {/* What was chosen and counted is not read away. */}
          <div id={`recover-form-${webhook.id}`} hx-preserve>
            <RecoverForm webhookId={webhook.id} />
          </div>
        </details>
      ) : null}
    </li>
  )
}

/** Overview: how each webhook does, and what to do about those that do not. */
export const overviewScreen: Screen = (app, context) => {
  const { api, calls, recent } = context
  app.get('/', async (c) => {
    const now = api.clock.now()
    const since = iso(now - dayMs)
    const page = Math.max(1, Number(c.req.query('page')) || 1)
    const [{ data, pagination }, all, hourOf] = await Promise.all([
      calls.list(`/webhooks${queryOf({ limit: perPage, page })}`, WebhookView),
      calls.get(`/stats${queryOf({ since })}`, StatsView),
      recent.read(now),
    ])
    const cards = await Promise.all(
      data.map(async (webhook): Promise<Card> => {
        const seq = numberIn('webhook', webhook.id) ?? 0
        return {
          webhook,
          stats: await calls.get(`/webhooks/${webhook.id}/stats${queryOf({ since })}`, StatsView),
          minutes: hourOf(seq),
          nextAttemptAt: isoOrNull(nextDueOf(api.db, seq)),
        }
      }),
    )
    const children = (
      <>
        <div class="head">
          <h1>Overview</h1>
          <a class="button primary" href="/trigger">
            Send an event
          </a>
        </div>
        <Live id="overview" path={`/${queryOf({ page: page === 1 ? undefined : page })}`}>
          {data
            .filter(({ active }) => !active)
            .map((webhook) => (
              <DisabledBanner webhook={webhook} />
            ))}
          <section class="panel" aria-label="All webhooks, the last 24 hours">
            <dl class="figures">
              <Figure name="Deliveries" note="last 24 hours">
                {count(all.total)}
              </Figure>
              <Figure name="Delivered" note={`${count(all.delivered)} of those that ended`}>
                {percent(all.successRate)}
              </Figure>
              <Figure name="At the first attempt">{percent(all.firstAttemptSuccessRate)}</Figure>
              <Figure name="p95" note={`p50 ${duration(all.latencyMs.p50)}`}>
                {duration(all.latencyMs.p95)}
              </Figure>
              <Figure name="Open" note={`${count(all.retrying)} retrying`}>
                {count(all.pending + all.retrying)}
              </Figure>
            </dl>
            <HourChart minutes={hourOf(0)} height={64} />
            <p class="legend muted">
              Attempts of the last hour, by the minute: <span class="key good">delivered</span>{' '}
              <span class="key bad">failed</span>
            </p>
          </section>
          {cards.length === 0 ? (
            <Empty title="No webhooks yet">
              <a href="/webhooks/new">Create one</a>, and send it an event.
            </Empty>
          ) : (
            <ul class="cards">
              {cards.map((card) => (
                <WebhookCard card={card} />
              ))}
            </ul>
          )}
          {pagination.totalPages > 1 ? (
            <Pages pagination={pagination} path="/" query="" what="webhooks" />
          ) : null}
        </Live>
      </>
    )
    return showPage(c, context, { title: 'Overview', section: 'overview', children })
  })
}
