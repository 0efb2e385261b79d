import { type Attempt, attemptDelivery, type Message } from '@ainexlayer/webhooks-sender'
import { CliError } from '../errors/cli-error.ts'
import { answerOf } from '../exercise/check.ts'
import { explainAnswer } from '../exercise/explain-answer.ts'
import { attemptFault } from '../input/fault.ts'
import { secretOf } from '../input/secret.ts'
import { wireOf } from '../input/wire.ts'
import { outcomeIn } from '../output/answer-outcome.ts'
import { lineBack, lineOut } from '../output/attempt-lines.ts'
import type { Output } from '../output/output.ts'
import type { World } from '../world/world.ts'
import type { Triggered, TriggerOptions } from './trigger-options.ts'

/** Seconds before each attempt with `--wait`. */
const delaysSeconds = [0, 1, 2, 4, 8, 16]

const unreachable: readonly (number | string)[] = [
  'connect_refused',
  'connect_timeout',
  'dns',
  'tls',
]

const report = (out: Output, message: Message, attempt: Attempt): void => {
  const answer = answerOf(attempt)
  const { number, durationMs: ms, faults, copies } = attempt
  const at = attempt.startedAt
  const outcome = outcomeIn(attempt.response?.body)
  const isGood = attempt.outcome === 'delivered'
  const fix = isGood || faults.length > 0 ? undefined : explainAnswer(attempt).fix
  const notes = [
    isGood ? 'delivered' : 'failed',
    ...(outcome === undefined ? [] : [outcome]),
    ...(copies === undefined ? [] : [`copies: ${copies.join(', ')}`]),
    ...(fix === undefined ? [] : [`hint: ${fix}`]),
  ]
  out.data(
    {
      type: message.type,
      id: message.id,
      attempt: number,
      delivered: isGood,
      answer,
      ...(outcome !== undefined && { outcome }),
      ms: Math.round(ms),
      ...(faults.length > 0 && { faults }),
      ...(copies !== undefined && { copies }),
    },
    [
      lineOut(out.colors, {
        at,
        type: message.type,
        id: message.id,
        note: number === 1 ? '' : `attempt ${number}`,
      }),
      lineBack(out.colors, { at: at + ms, answer, ms, notes }),
    ].join('\n'),
  )
}

/** Signs and sends events to a URL; resolves with whether all of them were delivered. */
export const sendDirectly = async (
  options: TriggerOptions & { readonly to: string },
  { messages, faults, spacingMs }: Triggered,
  world: World,
  out: Output,
): Promise<boolean> => {
  const attemptFaults = faults.map(attemptFault)
  const wire = wireOf(options.profile)
  const secret = await secretOf(options, world, out, wire.profile)
  const endpoint = {
    url: options.to,
    secrets: [secret.whsec],
    profile: wire.sending,
  }
  const deliver = async (message: Message): Promise<Attempt> => {
    for (const [index, seconds] of delaysSeconds.entries()) {
      if (seconds > 0) await world.clock.sleep(seconds * 1000, world.signal)
      const attempt = await attemptDelivery({
        endpoint,
        message,
        number: index + 1,
        timeoutMs: options.timeout,
        clock: world.clock,
        faults: attemptFaults,
        signal: world.signal,
      })
      world.signal.throwIfAborted()
      report(out, message, attempt)
      const isLast = !options.wait || index === delaysSeconds.length - 1
      if (attempt.outcome === 'delivered' || isLast) return attempt
    }
    throw new Error('there is no attempt')
  }
  const attempts: Attempt[] = []
  for (const [index, message] of messages.entries()) {
    if (index > 0 && spacingMs > 0) await world.clock.sleep(spacingMs, world.signal)
    attempts.push(await deliver(message))
  }
  const answers = attempts.map(answerOf)
  if (answers.every((answer) => unreachable.includes(answer))) {
    throw new CliError(
      'unreachable',
      `${options.to} cannot be reached (${answers[0]}).`,
      'Start the receiver, and check the port and the scheme.',
    )
  }
  return attempts.every(({ outcome }) => outcome === 'delivered')
}
