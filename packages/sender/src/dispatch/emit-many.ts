import {
  EmitEvent,
  EmitList,
  Problem,
  readInput,
  refusedInput,
} from '@ainexlayer/webhooks-contract'
import type { GroupCommit } from '../store/group-commit.ts'
import { heldBack } from '../stream/held-back.ts'
import {
  type CheckedEvent,
  type EmitContext,
  type Emitted,
  emitChecked,
  floodAfter,
} from './emit.ts'

/** The result of one event of several: what was emitted, or why it was refused. */
export type EmitResult =
  | ({ readonly ok: true } & Emitted)
  | { readonly ok: false; readonly error: Problem }

/** What events are emitted with, together with others. */
export interface EmitManyContext extends EmitContext {
  readonly commit: GroupCommit
  /** Called with each unexpected error. */
  readonly onError: (error: unknown) => void
}

/** Runs work on the context in the next group, and tells what happened once it is stored. */
const inGroup = async <Result>(
  context: EmitManyContext,
  work: (context: EmitContext) => Result,
): Promise<Result> => {
  const { result, stream } = await context.commit.add(() => {
    const stream = heldBack(context.stream)
    return { result: work({ ...context, stream }), stream }
  })
  stream.tell()
  return result
}

/** The result of what throws a problem for what it refuses, before it stores anything. */
const resultOf = (work: () => Emitted): EmitResult => {
  try {
    return { ok: true, ...work() }
  } catch (error) {
    // Anything else is not the event's fault, and what was stored of it is undone.
    if (error instanceof Problem) return { ok: false, error }
    throw error
  }
}

/** Emits an event as its schema read it, together with what else arrives. */
export const emitInGroup = async (
  context: EmitManyContext,
  event: CheckedEvent,
): Promise<EmitResult> => {
  try {
    const result = await inGroup(context, (held) => resultOf(() => emitChecked(held, event)))
    if (result.ok && !result.duplicate) {
      await Promise.all(floodAfter(event).map((emitLater) => inGroup(context, emitLater)))
    }
    return result
  } catch (error) {
    context.onError(error)
    const problem = new Problem('INTERNAL_ERROR', 'The sender failed; its log says why.')
    return { ok: false, error: problem }
  }
}

const emitUnchecked = (context: EmitManyContext, input: unknown): Promise<EmitResult> => {
  const checked = EmitEvent.safeParse(input)
  return checked.success
    ? emitInGroup(context, checked.data)
    : Promise.resolve({ ok: false, error: refusedInput(checked.error) })
}

/**
 * Emits events, each with its own result, in the order of the list.
 *
 * @throws Problem VALIDATION_ERROR for an empty list, or one that is too long
 */
export const emitMany = async (
  context: EmitManyContext,
  inputs: readonly unknown[],
): Promise<EmitResult[]> =>
  Promise.all(readInput(EmitList, inputs).map((input) => emitUnchecked(context, input)))
