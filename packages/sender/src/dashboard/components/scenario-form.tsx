import type { Webhook } from '../shapes.ts'
import { shortUrl } from './webhook-name.tsx'

/** A scenario to choose. */
export interface ShownScenario {
  readonly name: string
  readonly description: string
  readonly needs: readonly string[]
}

/** Starts a scenario against a receiver. */
export const ScenarioForm = ({
  webhooks,
  webhook,
  scenarios,
}: {
  readonly webhooks: readonly Webhook[]
  readonly webhook: Webhook
  readonly scenarios: readonly ShownScenario[]
}) => (
  <section class="panel" aria-labelledby="scenarios-title">
    <h2 id="scenarios-title">Scenarios</h2>
    <p class="muted">Each plays a part against a receiver, and judges every answer.</p>
    <form class="fields" hx-post="/faults/scenarios" hx-target="#notices">
      <label class="field wide">
        <span>Scenario</span>
        <select name="name">
          {scenarios.map(({ name, description, needs }) => (
            <option value={name}>
              {name} – {description}
              {needs.length === 0 ? '' : ` (needs ${needs.join(' and ')})`}
            </option>
          ))}
        </select>
      </label>
      <label class="field wide">
        <span>Receiver</span>
        <select name="webhookId">
          {webhooks.map(({ id, url }) => (
            <option value={id} selected={id === webhook.id}>
              {id} · {shortUrl(url)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>
          Observe <small class="muted">a URL with {'{"<event id>": runs}'}</small>
        </span>
        <input type="url" name="observe" placeholder="http://localhost:3000/handled" />
      </label>
      <label class="field">
        <span>
          Observe state <small class="muted">a URL with {'{"<document id>": "<event id>"}'}</small>
        </span>
        <input type="url" name="observeState" />
      </label>
      <div class="actions">
        <button type="submit" class="button primary">
          Run
        </button>
      </div>
    </form>
  </section>
)
