import type { Page } from '../api-calls.ts'
import type { Delivery, Webhook } from '../shapes.ts'
import { Answer, Status } from './status.tsx'
import { Ago, Countdown } from './time.tsx'
import { WebhookName } from './webhook-name.tsx'

const Row = ({
  delivery,
  webhooks,
}: {
  readonly delivery: Delivery
  readonly webhooks: ReadonlyMap<string, Webhook>
}) => (
  <tr data-row data-id={delivery.id} data-href={`/deliveries/${delivery.id}`}>
    <td class="pick">
      <input
        type="checkbox"
        name="id"
        value={delivery.id}
        form="bulk"
        aria-label={`Select ${delivery.id}`}
      />
    </td>
    <td class="status-cell">
      <Status status={delivery.status} />
    </td>
    <td class="main-cell">
      <a class="mono" href={`/deliveries/${delivery.id}`}>
        {delivery.eventType}
      </a>
      {delivery.trigger === 'event' ? null : <small class="tag">{delivery.trigger}</small>}
    </td>
    <td class="mono muted id-cell">{delivery.id}</td>
    <td class="webhook-cell">
      <WebhookName id={delivery.webhookId} webhooks={webhooks} />
    </td>
    <td class="num">
      <Answer delivery={delivery} />
    </td>
    <td class="num">
      {delivery.attemptCount}
      <span class="muted">/{delivery.maxAttempts}</span>
    </td>
    <td class="num">
      <Countdown at={delivery.nextAttemptAt} />
    </td>
    <td class="num muted">
      <Ago at={delivery.createdAt} />
    </td>
  </tr>
)

/** A page of deliveries. */
export const DeliveryTable = ({
  page,
  webhooks,
}: {
  readonly page: Page<Delivery>
  readonly webhooks: ReadonlyMap<string, Webhook>
}) => (
  <table class="list">
    <caption class="hidden">Deliveries, newest first</caption>
    <thead>
      <tr>
        <th scope="col" class="pick">
          <input type="checkbox" data-pick-all aria-label="Select all on this page" />
        </th>
        <th scope="col">Status</th>
        <th scope="col">Event</th>
        <th scope="col">Id</th>
        <th scope="col">Webhook</th>
        <th scope="col" class="num">
          Answer
        </th>
        <th scope="col" class="num">
          Attempt
        </th>
        <th scope="col" class="num">
          Next try
        </th>
        <th scope="col" class="num">
          Created
        </th>
      </tr>
    </thead>
    <tbody>
      {page.data.map((delivery) => (
        <Row delivery={delivery} webhooks={webhooks} />
      ))}
    </tbody>
  </table>
)
