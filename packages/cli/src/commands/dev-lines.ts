import type { Attempt, Client, Delivery, StreamEvent } from '@ainexlayer/webhooks-client'
import type { Answered } from '../exercise/explain-answer.ts'
import { explainRefusal } from '../exercise/explain-refusal.ts'
import type { Wire } from '../input/wire.ts'
import { outcomeIn } from '../output/answer-outcome.ts'
import { lineBack, lineOut } from '../output/attempt-lines.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'

/** What the lines of `dev` need to know. */
export interface DevSession {
  readonly client: Client
  readonly out: Output
  readonly world: World
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

/** What to say about a genuine request that was refused. The receiver is asked once for each status. */
const createHints = ({ client, world, target }: DevSession) => {
  const known = new Map<number | string, Promise<string>>()
  const find = async (deliveryId: string, number: number): Promise<string> => {
    const { attempts } = await client.deliveries.get(deliveryId)
    const attempt = attempts.find((one) => one.number === number)
    if (attempt === undefined) return ''
    const { came, fix } = await explainRefusal(target, world, answeredOf(attempt))
    return `hint: ${came.startsWith('; ') ? `the receiver takes${came.slice('; it takes'.length)}. ` : ''}${fix}`
  }
  return (delivery: Delivery, attempt: Attempt): Promise<string> => {
    const answer = attempt.response?.statusCode ?? attempt.error?.code ?? 'none'
    const hint = known.get(answer) ?? find(delivery.id, attempt.number).catch(() => '')
    known.set(answer, hint)
    // What was mended in the meantime has other words the next time.
    if (known.size > 20) known.clear()
    return hint
  }
}

/** Writes a line out and a line back for each attempt. */
export const createLines = (session: DevSession) => {
  const { out, world } = session
  const hintFor = createHints(session)
  const settled = async (delivery: Delivery, attempt: Attempt): Promise<void> => {
    const { number, faults, outcome } = attempt
    const answer = attempt.response?.statusCode ?? attempt.error?.code ?? 'none'
    const isRefused = outcome !== 'delivered' && faults.length === 0
    const hint = isRefused ? await hintFor(delivery, attempt) : ''
    const next = delivery.nextAttemptAt
    const said = outcomeIn(attempt.response?.body)
    const of = `${number}/${delivery.maxAttempts}`
    const notes = [
      outcome === 'delivered' ? `delivered (attempt ${of})` : 'failed',
      ...(said === undefined ? [] : [said]),
      ...(faults.length > 0 ? [`faults: ${JSON.stringify(faults)}`] : []),
      ...(outcome === 'delivered'
        ? []
        : [next === null ? 'given up' : `retry in ${secondsUntil(next, world)}`]),
      ...(hint === '' ? [] : [hint]),
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
      lineBack(out.colors, { at: world.clock.now(), answer, ms: attempt.durationMs, notes }),
    )
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
