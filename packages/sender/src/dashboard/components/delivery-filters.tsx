import type { DeliveryFilter } from '../delivery-filter.ts'
import type { Webhook } from '../shapes.ts'
import { shortUrl } from './webhook-name.tsx'

const statuses = ['delivered', 'failed', 'retrying', 'pending', 'sending', 'cancelled'] as const

const answers = [
  ['2xx', '2xx'],
  ['3xx', '3xx'],
  ['4xx', '4xx'],
  ['5xx', '5xx'],
  ['none', 'no answer'],
] as const

const Choice = ({
  name,
  label,
  value,
  choices,
}: {
  readonly name: string
  readonly label: string
  readonly value: string | undefined
  readonly choices: readonly (readonly [value: string, words: string])[]
}) => (
  <label>
    <span>{label}</span>
    <select name={name}>
      <option value="">any</option>
      {choices.map(([choice, words]) => (
        <option value={choice} selected={choice === value}>
          {words}
        </option>
      ))}
    </select>
  </label>
)

/** The filter of the list; without scripts its button applies it. */
export const DeliveryFilters = ({
  filter,
  types,
  webhooks,
}: {
  readonly filter: DeliveryFilter
  readonly types: readonly string[]
  readonly webhooks: readonly Webhook[]
}) => {
  const picked = filter.status?.split(',') ?? []
  return (
    <form
      class="filters"
      method="get"
      action="/deliveries"
      hx-get="/deliveries"
      hx-trigger="change, input changed delay:300ms from:#search, submit"
      hx-target="#list"
      hx-select="#list"
      hx-swap="outerHTML"
      hx-push-url="true"
      hx-sync="this:replace"
    >
      <input
        id="search"
        type="search"
        name="search"
        value={filter.search ?? filter.eventId ?? ''}
        placeholder="Search ids and bodies"
        aria-label="Search ids and bodies"
        maxlength={200}
        autocomplete="off"
      />
      <fieldset class="chips">
        <legend class="hidden">Status</legend>
        {statuses.map((status) => (
          <label class="chip">
            <input type="checkbox" name="status" value={status} checked={picked.includes(status)} />
            <span>{status}</span>
          </label>
        ))}
      </fieldset>
      <Choice
        name="eventType"
        label="Event"
        value={filter.eventType}
        choices={types.map((type) => [type, type])}
      />
      <Choice
        name="webhookId"
        label="Webhook"
        value={filter.webhookId}
        choices={webhooks.map(({ id, url }) => [id, `${id} · ${shortUrl(url).slice(0, 40)}`])}
      />
      <Choice name="statusClass" label="Answer" value={filter.statusClass} choices={answers} />
      <noscript>
        <button type="submit" class="button">
          Apply
        </button>
      </noscript>
    </form>
  )
}
