import type { FaultKind, Webhook } from '../shapes.ts'
import { FaultPicker } from './fault-picker.tsx'
import { percent } from './numbers.tsx'
import { shortUrl } from './webhook-name.tsx'

/** A fault of every delivery to a webhook. */
export interface ShownFault {
  readonly fault: Readonly<Record<string, unknown>>
  readonly probability: number
}

const parametersOf = ({ fault }: ShownFault): string =>
  Object.entries(fault)
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')

const FaultList = ({
  webhookId,
  faults,
}: {
  readonly webhookId: string
  readonly faults: readonly ShownFault[]
}) =>
  faults.length === 0 ? (
    <p class="muted">None: deliveries go out as they should.</p>
  ) : (
    <ul class="plain faults">
      {faults.map((one, index) => (
        <li>
          <span>
            <strong class="mono">{String(one.fault['kind'])}</strong>{' '}
            <span class="muted">{parametersOf(one)}</span>
          </span>
          <span>
            {percent(one.probability)}{' '}
            <button
              type="button"
              class="button"
              aria-label={`Remove ${String(one.fault['kind'])}`}
              hx-post={`/faults/of/${webhookId}/remove`}
              hx-vals={JSON.stringify({ index })}
              hx-target="#notices"
            >
              Remove
            </button>
          </span>
        </li>
      ))}
    </ul>
  )

/** The faults of a webhook: those that are on, and a form for another. */
export const WebhookFaults = ({
  webhooks,
  webhook,
  faults,
  kinds,
  seed,
}: {
  readonly webhooks: readonly Webhook[]
  readonly webhook: Webhook
  readonly faults: readonly ShownFault[]
  readonly kinds: readonly FaultKind[]
  readonly seed: number
}) => (
  <section class="panel" id="faults" aria-labelledby="faults-title">
    <div class="subhead">
      <h2 id="faults-title">Faults</h2>
      <span class="muted">
        seed <span class="mono">{seed}</span>
      </span>
    </div>
    <form class="inline" method="get" action="/faults">
      <label>
        Of every delivery to{' '}
        <select
          name="webhook"
          hx-get="/faults"
          hx-trigger="change"
          hx-target="#faults"
          hx-select="#faults"
          hx-swap="outerHTML"
          hx-push-url="true"
        >
          {webhooks.map(({ id, url }) => (
            <option value={id} selected={id === webhook.id}>
              {id} · {shortUrl(url)}
            </option>
          ))}
        </select>
      </label>
      <noscript>
        <button type="submit" class="button">
          Show
        </button>
      </noscript>
    </form>
    <FaultList webhookId={webhook.id} faults={faults} />
    <form class="fields" hx-post={`/faults/of/${webhook.id}/add`} hx-target="#notices">
      <FaultPicker kinds={kinds.filter(({ actsOn }) => actsOn === 'attempt')} optional={false} />
      <label class="field">
        <span>
          Probability <small class="muted">0 to 1</small>
        </span>
        <input type="number" name="probability" min="0" max="1" step="any" value="1" />
      </label>
      <div class="actions">
        <button type="submit" class="button primary">
          Switch on
        </button>
        {faults.length === 0 ? null : (
          <button
            type="button"
            class="button"
            hx-post={`/faults/of/${webhook.id}/off`}
            hx-target="#notices"
          >
            Switch all off
          </button>
        )}
      </div>
    </form>
    <p class="muted">
      The same seed gives the same run: start the sender with <code>seed: {seed}</code> to see it
      again.
    </p>
  </section>
)
