import type { Attempt, Delivery } from '../shapes.ts'

/** How a state looks: always with its word, never by colour alone. */
type Tone = 'good' | 'bad' | 'wait' | 'busy' | 'idle'

const tones: Readonly<Record<Delivery['status'], Tone>> = {
  delivered: 'good',
  failed: 'bad',
  retrying: 'wait',
  sending: 'busy',
  pending: 'busy',
  cancelled: 'idle',
}

/** A word with a dot of its colour. */
export const Badge = ({ tone, children }: { readonly tone: Tone; readonly children: string }) => (
  <span class={`badge ${tone}`}>{children}</span>
)

/** The state of a delivery. */
export const Status = ({ status }: { readonly status: Delivery['status'] }) => (
  <Badge tone={tones[status]}>{status}</Badge>
)

/** What an endpoint answered: the status, or why there is none. */
export const answerOf = (code: number | null | undefined, error: string | undefined): string =>
  code === null || code === undefined ? (error?.replaceAll('_', ' ') ?? '–') : String(code)

/** An answer in the colour of its class. */
export const Answer = ({ delivery }: { readonly delivery: Delivery }) => {
  const { lastStatusCode, lastError } = delivery
  const text = answerOf(lastStatusCode, lastError?.code)
  const isGood = lastStatusCode !== null && lastStatusCode < 300
  return <span class={text === '–' ? 'muted' : isGood ? 'code good' : 'code bad'}>{text}</span>
}

/** How an attempt ended. */
export const Outcome = ({ attempt }: { readonly attempt: Attempt }) => (
  <Badge tone={attempt.outcome === 'delivered' ? 'good' : 'bad'}>
    {answerOf(attempt.response?.statusCode, attempt.error?.code)}
  </Badge>
)

/** Whether a webhook gets events. */
export const Activity = ({
  active,
  failing,
}: {
  readonly active: boolean
  readonly failing: boolean
}) =>
  active ? (
    <Badge tone={failing ? 'wait' : 'good'}>{failing ? 'failing' : 'active'}</Badge>
  ) : (
    <Badge tone="bad">disabled</Badge>
  )
