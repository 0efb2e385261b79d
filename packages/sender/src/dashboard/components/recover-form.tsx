import { count } from './numbers.tsx'

const spans = [
  ['3600', 'the last hour'],
  ['86400', 'the last 24 hours'],
  ['604800', 'the last 7 days'],
] as const

/** Asks what to recover: it is counted before anything is sent. */
export const RecoverForm = ({ webhookId }: { readonly webhookId: string }) => (
  <form
    class="inline"
    hx-post={`/webhooks/${webhookId}/recover/count`}
    hx-target={`#recovery-${webhookId}`}
  >
    <label>
      Since{' '}
      <select name="seconds">
        {spans.map(([value, words]) => (
          <option value={value} selected={value === '86400'}>
            {words}
          </option>
        ))}
      </select>
    </label>
    <label>
      <input type="checkbox" name="cancelled" value="yes" /> cancelled ones, too
    </label>
    <button type="submit" class="button">
      Count
    </button>
    <div id={`recovery-${webhookId}`} />
  </form>
)

/** What would be recovered, and the button for it. */
export const RecoverCount = ({
  webhookId,
  matched,
  since,
  cancelled,
}: {
  readonly webhookId: string
  readonly matched: number
  readonly since: string
  readonly cancelled: boolean
}) =>
  matched === 0 ? (
    <p class="muted">There is nothing to recover.</p>
  ) : (
    <div class="inline">
      <input type="hidden" name="since" value={since} />
      <span>
        {count(matched)} {matched === 1 ? 'delivery' : 'deliveries'}
        {cancelled ? '' : ' that failed'}, at 10 a second.
      </span>
      <button
        type="button"
        class="button primary"
        hx-post={`/webhooks/${webhookId}/recover`}
        hx-include="closest form"
        hx-target="#notices"
      >
        Recover {count(matched)}
      </button>
    </div>
  )
