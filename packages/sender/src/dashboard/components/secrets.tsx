import type { Webhook } from '../shapes.ts'
import { Copy } from './copy.tsx'
import { Live } from './live.tsx'
import { Badge } from './status.tsx'
import { Ago, Countdown } from './time.tsx'

const graces = [
  ['0', 'at once'],
  ['3600', 'after an hour'],
  ['86400', 'after a day'],
  ['604800', 'after 7 days'],
] as const

/** A secret that is shown this once. */
export const NewSecret = ({
  secret,
  children,
}: {
  readonly secret: string
  readonly children: string
}) => (
  <div class="secret">
    <p>
      <strong>{children}</strong> It is not shown again: give it to the receiver now.
    </p>
    <p class="actions">
      <code class="wrap" data-secret>
        {secret}
      </code>
      <Copy text={secret}>Copy</Copy>
    </p>
  </div>
)

/** The secrets that sign, by their last characters, and a form for a new one. */
export const Secrets = ({ webhook }: { readonly webhook: Webhook }) => (
  <section class="panel" id="secrets" aria-labelledby="secrets-title">
    <h2 id="secrets-title">Signing secrets</h2>
    <Live id="secret-list" path={`/webhooks/${webhook.id}`}>
      <ul class="plain faults">
        {webhook.secrets.map(({ hint, createdAt, expiresAt }) => (
          <li>
            <span>
              <code>whsec_…{hint}</code>{' '}
              <span class="muted">
                since <Ago at={createdAt} />
              </span>
            </span>
            {expiresAt === null ? (
              <Badge tone="good">current</Badge>
            ) : (
              <span>
                <Badge tone="wait">expires</Badge> in <Countdown at={expiresAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Live>
    <form class="inline" hx-post={`/webhooks/${webhook.id}/rotate`} hx-target="#rotated">
      <label>
        The old one expires{' '}
        <select name="grace">
          {graces.map(([seconds, words]) => (
            <option value={seconds} selected={seconds === '86400'}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button">
        Rotate
      </button>
    </form>
    <div id="rotated" />
  </section>
)
