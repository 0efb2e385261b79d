import { eventTypes, operationalTypes, retryPresets } from '@ainexlayer/webhooks-contract'
import type { Webhook } from '../shapes.ts'
import { presetOf, wireOf, wires } from '../webhook-form.ts'

const groups = [...new Set(eventTypes.map((type) => type.slice(0, type.indexOf('.'))))]

const Event = ({ name, checked }: { readonly name: string; readonly checked: boolean }) => (
  <label class="check">
    <input type="checkbox" name="events" value={name} checked={checked} />
    <span class="mono">{name}</span>
    {name === '*' ? <small class="muted">all 19 events</small> : null}
  </label>
)

const offered = ['*', ...groups.map((group) => `${group}.*`), ...eventTypes, ...operationalTypes]

const Events = ({ chosen }: { readonly chosen: readonly string[] }) => (
  <fieldset class="events">
    <legend>Events</legend>
    <Event name="*" checked={chosen.includes('*')} />
    {groups.map((group) => (
      <details open={chosen.some((name) => name.startsWith(`${group}.`))}>
        <summary>{group}</summary>
        <Event name={`${group}.*`} checked={chosen.includes(`${group}.*`)} />
        {eventTypes
          .filter((type) => type.startsWith(`${group}.`))
          .map((type) => (
            <Event name={type} checked={chosen.includes(type)} />
          ))}
      </details>
    ))}
    <details open={operationalTypes.some((type) => chosen.includes(type))}>
      <summary>about the sender itself</summary>
      {operationalTypes.map((type) => (
        <Event name={type} checked={chosen.includes(type)} />
      ))}
    </details>
    <label class="field">
      <span>
        Others <small class="muted">names or patterns, with spaces between them</small>
      </span>
      <input
        type="text"
        name="moreEvents"
        value={chosen.filter((name) => !offered.includes(name)).join(' ')}
        autocomplete="off"
      />
    </label>
  </fieldset>
)

const Schedule = ({ webhook }: { readonly webhook: Webhook | undefined }) => {
  const preset = webhook === undefined ? undefined : presetOf(webhook)
  return (
    <label class="field">
      <span>Retries</span>
      <select name="retry">
        {webhook === undefined ? (
          <option value="">the sender’s default</option>
        ) : preset === undefined ? (
          <option value="">as they are</option>
        ) : null}
        {Object.entries(retryPresets).map(([name, { delaysSeconds }]) => (
          <option value={name} selected={name === preset}>
            {name} – {delaysSeconds.length} {delaysSeconds.length === 1 ? 'attempt' : 'attempts'}
          </option>
        ))}
      </select>
    </label>
  )
}

const HeaderFields = ({ webhook }: { readonly webhook: Webhook | undefined }) => (
  <>
    <label class="field">
      <span>
        Headers of your own <small class="muted">Name: value, a line each</small>
      </span>
      <textarea
        name="headers"
        rows={2}
        class="mono"
        spellcheck={false}
        placeholder={webhook?.headerNames.map((name) => `${name}: …`).join('\n')}
      />
    </label>
    {webhook === undefined || webhook.headerNames.length === 0 ? null : (
      <label class="check">
        <input type="checkbox" name="noHeaders" value="yes" />
        <span>Remove the headers {webhook.headerNames.join(', ')} (empty above: they stay)</span>
      </label>
    )}
  </>
)

/** The settings of a webhook: a new one, or one to change. */
export const WebhookForm = ({ webhook }: { readonly webhook?: Webhook | undefined }) => (
  <form
    class="webhook-form"
    hx-post={webhook === undefined ? '/webhooks' : `/webhooks/${webhook.id}`}
    hx-target={webhook === undefined ? '#created' : '#notices'}
  >
    <label class="field">
      <span>URL</span>
      <input
        type="url"
        name="url"
        required
        value={webhook?.url ?? ''}
        placeholder="http://localhost:3000/webhooks"
        autocomplete="off"
      />
    </label>
    <label class="field">
      <span>
        Description <small class="muted">optional</small>
      </span>
      <input
        type="text"
        name="description"
        maxlength={500}
        value={webhook?.description ?? ''}
        autocomplete="off"
      />
    </label>
    <Events chosen={webhook?.events ?? ['*']} />
    <details class="more">
      <summary>Retries, limits, headers and wire</summary>
      <div class="fields">
        <Schedule webhook={webhook} />
        <label class="field">
          <span>At once</span>
          <input
            type="number"
            name="concurrency"
            min="1"
            max="100"
            value={webhook?.concurrency ?? 4}
          />
        </label>
        <label class="field">
          <span>
            Requests <small class="muted">at most</small>
          </span>
          <input type="number" name="requests" min="1" value={webhook?.rateLimit?.requests} />
        </label>
        <label class="field">
          <span>in seconds</span>
          <input type="number" name="perSeconds" min="1" value={webhook?.rateLimit?.perSeconds} />
        </label>
        <label class="field">
          <span>Wire</span>
          <select name="wire">
            {wires.map((wire) => (
              <option selected={webhook !== undefined && wire === wireOf(webhook)}>{wire}</option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>
            Workspaces <small class="muted">empty: all</small>
          </span>
          <input
            type="text"
            name="workspaceIds"
            value={webhook?.filters.workspaceIds?.join(' ') ?? ''}
            autocomplete="off"
          />
        </label>
        <label class="check">
          <input type="checkbox" name="fifo" value="yes" checked={webhook?.fifo ?? false} />
          <span>An event waits until the one before it has ended</span>
        </label>
      </div>
      <HeaderFields webhook={webhook} />
      {webhook === undefined ? (
        <label class="field">
          <span>
            Secret <small class="muted">empty: a new one is made</small>
          </span>
          <input type="text" name="secret" placeholder="whsec_…" autocomplete="off" />
        </label>
      ) : null}
    </details>
    <div class="actions">
      <button type="submit" class="button primary">
        {webhook === undefined ? 'Create webhook' : 'Save'}
      </button>
    </div>
  </form>
)
