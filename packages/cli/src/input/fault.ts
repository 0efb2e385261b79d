import { type Fault, faultSchema } from '@ainexlayer/webhooks-sender'
import { closest } from 'fastest-levenshtein'
import { usageError } from '../errors/cli-error.ts'
import { namedOptions } from './options-text.ts'

/** The kinds of faults. */
export const faultKinds: readonly string[] = faultSchema.options.map(
  ({ shape }) => shape.kind.value,
)

/** Reads `name[:key=value,…]`. @throws CliError usage */
export const faultOf = (text: string): Fault => {
  const { name, options } = namedOptions(text)
  if (!faultKinds.includes(name)) {
    throw usageError(
      `There is no fault ${name}.`,
      `Did you mean ${closest(name, faultKinds)}? There are ${faultKinds.join(', ')}.`,
    )
  }
  const read = faultSchema.safeParse({ kind: name, ...options })
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw usageError(
    `The fault ${text} cannot be read: ${[...(issue?.path ?? []), issue?.message].join(' ')}.`,
    'Write it like timestamp:offsetSeconds=-600 or tamperBody:how=crlf.',
  )
}

/** A fault that acts on an attempt, and not on events before they are sent. */
export type AttemptFault = Exclude<Fault, { kind: 'reorder' | 'flood' }>

/** A fault of an attempt. @throws CliError usage */
export const attemptFault = (fault: Fault): AttemptFault => {
  if (fault.kind !== 'reorder' && fault.kind !== 'flood') return fault
  throw usageError(
    `The fault ${fault.kind} acts on events before they are sent.`,
    'Send it through a sender (`dev URL`, then trigger without --to), or use --count and --rate.',
  )
}
