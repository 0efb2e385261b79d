import type { Webhook } from '../shapes.ts'

/** The part of a URL that tells endpoints apart. */
export const shortUrl = (url: string): string => url.replace(/^https?:\/\//, '')

/** A webhook by its id, with where it leads. */
export const WebhookName = ({
  id,
  webhooks,
}: {
  readonly id: string
  readonly webhooks: ReadonlyMap<string, Webhook>
}) => {
  const webhook = webhooks.get(id)
  if (webhook === undefined) return <span class="muted">{id}</span>
  return (
    <a href={`/webhooks/${id}`} title={webhook.url}>
      {webhook.description === '' ? shortUrl(webhook.url) : webhook.description}
    </a>
  )
}
