import type { Attempt, Client, Delivery, StreamEvent } from '@ainexlayer/webhooks-client'
import type { Answered, Explanation } from '../exercise/explain-answer.ts'
import { explainAtOnce, type FirstLook, probe } from '../exercise/explain-refusal.ts'
import type { Wire } from '../input/wire.ts'
import { outcomeIn } from '../output/answer-outcome.ts'
import { lineBack, lineOut, timeOfDay } from '../output/attempt-lines.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'

/** What the lines of `dev` need to know. */
export interface DevSession {
  readonly client: Client
  readonly out: Output
  readonly world: World
  /** Ends what is under way. */
  readonly signal: AbortSignal
  readonly target: {
    readonly url: string
    readonly secret: string
    readonly wire: Wire
    readonly timeoutMs: number
  }
}

const secondsUntil = (time: string, world: World): string =>
  `${Math.max(0, Math.round((Date.parse(time) - world.clock.now()) / 1000))} s`

const answeredOf = (attempt: Attempt): Answered => ({
  startedAt: Date.parse(attempt.startedAt),
  response: attempt.response,
  error: attempt.error,
})

/** The attempt with the body of its answer, which the stream leaves out: it alone tells what a status does not. */
const withBody = async (
  { client }: DevSession,
  { id }: Delivery,
  attempt: Attempt,
): Promise<Attempt> => {
  if (attempt.response === undefined || attempt.response.body !== null) return attempt
  const found = await client.deliveries.get(id).catch(() => undefined)
  return found?.attempts.find(({ number }) => number === attempt.number) ?? attempt
}

/** For how long what was found out about a refusal is said again: the receiver may be mended meanwhile. */
const keptMs = 30_000

const hintOf = ({ finding, fix }: Explanation): string => {
  const sentences = [
    ...(finding === undefined ? [] : [`${finding}.`]),
    ...(fix === undefined ? [] : [fix]),
  ]
  return sentences.length === 0 ? '' : `hint: ${sentences.join(' ')}`
}

/** What is known at once, and how to find out more; `look` never rejects. */
interface Hint {
  readonly text: string
  readonly look?: () => Promise<string>
}

/**
 * What to say about a genuine request that was refused. The receiver is looked into by one attempt at a time, and not
 * again for a refusal that is like an earlier one.
 */
const createHints = ({ out, world, signal, target }: DevSession) => {
  const known = new Map<string, { readonly at: number; readonly text: string }>()
  let isLooking = false
  const find = async (key: string, answer: number | string, first: FirstLook): Promise<string> => {
    out.note(
      `The receiver refused a genuine event (${answer}). To see why, up to ${first.probes.length} probes follow, events of type webhook.test with signatures as known mistakes make them: refusals in its log are of these.`,
    )
    try {
      const text = hintOf(await probe(target, { ...world, signal }, first))
      if (known.size > 20) known.clear()
      known.set(key, { at: world.clock.now(), text })
      return signal.aborted ? '' : text
    } catch {
      return ''
    } finally {
      isLooking = false
    }
  }
  /** `said` tells refusals of the same status apart. */
  return (attempt: Attempt, said: string | undefined): Hint => {
    const first = explainAtOnce(target, answeredOf(attempt))
    if (first.probes.length === 0) return { text: hintOf(first.plain) }
    const answer = attempt.response?.statusCode ?? attempt.error?.code ?? 'none'
    const key = `${answer} ${said ?? ''}`
    const found = known.get(key)
    if (found !== undefined && world.clock.now() - found.at < keptMs) return { text: found.text }
    if (isLooking) return { text: '' }
    isLooking = true
    return { text: '', look: () => find(key, answer, first) }
  }
}

/** Writes a line out and a line back for each attempt; a hint that takes longer has a line of its own. */
export const createLines = (session: DevSession) => {
  const { out, world } = session
  const hintFor = createHints(session)
  /** Said once, and again when it changes or after a success: a receiver that is down needs one sentence. */
  let lastHint = ''
  const settled = async (delivery: Delivery, streamed: Attempt): Promise<void> => {
    const attempt = await withBody(session, delivery, streamed)
    const { number, faults, outcome } = attempt
    const answer = attempt.response?.statusCode ?? attempt.error?.code ?? 'none'
    const isRefused = outcome !== 'delivered' && faults.length === 0
    const said = outcomeIn(attempt.response?.body)
    const { text: hint, look }: Hint = isRefused ? hintFor(attempt, said) : { text: '' }
    const isNew = hint !== '' && hint !== lastHint
    if (outcome === 'delivered') lastHint = ''
    else if (isNew) lastHint = hint
    const next = delivery.nextAttemptAt
    const of = `${number}/${delivery.maxAttempts}`
    const notes = [
      delivery.eventType,
      delivery.eventId,
      outcome === 'delivered' ? `delivered (attempt ${of})` : 'failed',
      ...(said === undefined ? [] : [said]),
      ...(faults.length > 0 ? [`faults: ${JSON.stringify(faults)}`] : []),
      ...(outcome === 'delivered'
        ? []
        : [next === null ? 'given up' : `retry in ${secondsUntil(next, world)}`]),
      ...(isNew ? [hint] : []),
    ]
    out.data(
      {
        event: 'attempt.settled',
        deliveryId: delivery.id,
        type: delivery.eventType,
        id: delivery.eventId,
        attempt: number,
        answer,
        outcome,
        ...(said !== undefined && { said }),
        ms: Math.round(attempt.durationMs),
        nextAttemptAt: next,
        ...(hint !== '' && { hint }),
      },
      lineBack(out.colors, {
        // As in the line out: when it is shown, so that no answer seems to come before its request.
        at: world.clock.now(),
        answer,
        ms: attempt.durationMs,
        notes,
      }),
    )
    // The next lines do not wait for it.
    void look?.().then((found) => {
      if (found === '') return
      const isRepeated = found === lastHint
      lastHint = found
      out.data(
        {
          event: 'attempt.hint',
          deliveryId: delivery.id,
          type: delivery.eventType,
          id: delivery.eventId,
          attempt: number,
          answer,
          hint: found,
        },
        isRepeated
          ? undefined
          : `${out.colors.dim(timeOfDay(world.clock.now()))}     ${answer}  ${delivery.eventType}  ${delivery.eventId}  ${found}`,
      )
    })
  }
  return async (event: StreamEvent): Promise<void> => {
    if (event.name === 'attempt.started') {
      const { delivery, number } = event.data
      const note = `attempt ${number}/${delivery.maxAttempts}`
      out.data(
        {
          event: event.name,
          deliveryId: delivery.id,
          type: delivery.eventType,
          id: delivery.eventId,
          attempt: number,
        },
        lineOut(out.colors, {
          at: world.clock.now(),
          type: delivery.eventType,
          id: delivery.eventId,
          note,
        }),
      )
    } else if (event.name === 'attempt.settled')
      await settled(event.data.delivery, event.data.attempt)
    else if (event.name === 'webhook.disabled') {
      out.data(
        { event: event.name, webhookId: event.data.id, reason: event.data.disabledReason },
        undefined,
      )
      out.warn(`The webhook was disabled (${event.data.disabledReason}): start dev again to go on.`)
    }
  }
}
