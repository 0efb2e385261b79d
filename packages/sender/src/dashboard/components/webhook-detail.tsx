import { eventTypes, testType } from '@ainexlayer/webhooks-contract'
import { queryOf } from '../api-calls.ts'
import type { Webhook } from '../shapes.ts'
import { Live } from './live.tsx'
import { count } from './numbers.tsx'
import { RecoverForm } from './recover-form.tsx'
import { Secrets } from './secrets.tsx'
import { Activity } from './status.tsx'
import { Ago } from './time.tsx'
import { WebhookForm } from './webhook-form.tsx'
import { shortUrl } from './webhook-name.tsx'

const TestPanel = ({ webhook }: { readonly webhook: Webhook }) => (
  <section class="panel" aria-labelledby="test-title">
    <h2 id="test-title">Test</h2>
    <p class="muted">
      One request with the payload and the secret of a real one, at once and without retries; it
      works while the webhook is disabled, too.
    </p>
    <form class="inline" hx-post={`/webhooks/${webhook.id}/test`} hx-target="#tested">
      <label>
        Event{' '}
        <select name="eventType">
          {[testType, ...eventTypes].map((type) => (
            <option>{type}</option>
          ))}
        </select>
      </label>
      <button type="submit" class="button">
        Send a test
      </button>
    </form>
    <div id="tested" />
  </section>
)

const HealthPanel = ({ webhook: { id, health } }: { readonly webhook: Webhook }) => (
  <section class="panel" aria-labelledby="health-title">
    <h2 id="health-title">Health</h2>
    <dl class="facts">
      <div>
        <dt>Last success</dt>
        <dd>{health.lastSuccessAt === null ? 'never' : <Ago at={health.lastSuccessAt} />}</dd>
      </div>
      <div>
        <dt>Failing since</dt>
        <dd>{health.failingSince === null ? '–' : <Ago at={health.failingSince} />}</dd>
      </div>
      <div>
        <dt>Failed in a row</dt>
        <dd>
          {count(health.consecutiveFailures)} attempts, {count(health.exhaustedDeliveries)}{' '}
          deliveries given up
        </dd>
      </div>
    </dl>
    <p class="muted">
      {health.disableRule === null
        ? 'It is never disabled by itself, except by an answer 410.'
        : `It is ${health.disableRule}.`}
    </p>
    <details class="more" id={`recover-${id}`}>
      <summary>Recover what failed</summary>
      <RecoverForm webhookId={id} />
    </details>
  </section>
)

/** A webhook: its state, its secrets, a test, and its settings. */
export const WebhookDetail = ({ webhook }: { readonly webhook: Webhook }) => (
  <>
    <Live id="webhook-head" class="head" path={`/webhooks/${webhook.id}`}>
      <div>
        <p class="crumbs">
          <a href="/webhooks">Webhooks</a> / <span class="mono">{webhook.id}</span>
        </p>
        <h1>
          <span class="wrap">
            {webhook.description === '' ? shortUrl(webhook.url) : webhook.description}
          </span>{' '}
          <Activity active={webhook.active} failing={webhook.health.failingSince !== null} />
        </h1>
        <p class="mono muted wrap">{webhook.url}</p>
      </div>
      <div class="actions">
        <a class="button" href={`/deliveries${queryOf({ webhookId: webhook.id })}`}>
          Deliveries
        </a>
        <button
          type="button"
          class="button"
          hx-post={`/webhooks/${webhook.id}/${webhook.active ? 'disable' : 'enable'}`}
          hx-target="#notices"
          hx-confirm={webhook.active ? 'Disable it? What is open is cancelled.' : undefined}
        >
          {webhook.active ? 'Disable' : 'Re-enable'}
        </button>
        <button
          type="button"
          class="button danger"
          hx-post={`/webhooks/${webhook.id}/delete`}
          hx-target="#notices"
          hx-confirm={`Delete ${webhook.id}? What is open is cancelled; the log stays.`}
        >
          Delete
        </button>
      </div>
    </Live>
    <div class="columns">
      <div>
        <HealthPanel webhook={webhook} />
        <Secrets webhook={webhook} />
        <TestPanel webhook={webhook} />
      </div>
      <section class="panel" aria-labelledby="settings-title">
        <h2 id="settings-title">Settings</h2>
        <WebhookForm webhook={webhook} />
      </section>
    </div>
  </>
)
