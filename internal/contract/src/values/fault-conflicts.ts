import type { FullFault } from './fault.ts'

/** The kinds that act on events before they are sent; all others act on an attempt. */
export const eventFaultKinds = ['reorder', 'flood'] as const

/** Whether a fault acts on events before they are sent. */
export const isEventFault = ({ kind }: { readonly kind: string }): boolean =>
  eventFaultKinds.some((event) => event === kind)

const cuts: readonly FullFault['kind'][] = ['ackLost', 'truncate', 'dropConnection']
const copying: readonly FullFault['kind'][] = ['duplicate', 'replayBurst', ...eventFaultKinds]

/** Each fault as its kind and, with a colon, how: `payload:notJson`. */
const nameOf = (fault: FullFault): string =>
  'how' in fault ? `${fault.kind}:${fault.how}` : fault.kind

/** Pairs of which the first leaves nothing for the second to change. */
const pairs: readonly (readonly [winner: RegExp, loser: RegExp])[] = [
  [/^payload:(notJson|invalidUtf8)$/, /^(schema:|idTrick:sameIdOtherBody|tamperBody:reserialize)/],
  [/^encoding:gzip$/, /^tamperBody:reserialize$/],
  [/^badSignature:missing$/, /^multiSignature:/],
  [/^badSignature:wrongSecret$/, /^secretRotation:/],
]

/** Why faults cannot all happen to one attempt; undefined when they can. */
export const faultConflict = (faults: readonly FullFault[]): string | undefined => {
  const kinds = faults.map(({ kind }) => kind)
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index)
  if (twice !== undefined) return `${twice} is given twice`
  const [first, second] = kinds.filter((kind) => cuts.includes(kind))
  if (first !== undefined && second !== undefined) {
    return `${first} and ${second} both cut the connection`
  }
  const unsent = faults.some(
    (fault) => fault.kind === 'dropConnection' && fault.when === 'beforeRequest',
  )
  const other = kinds.find((kind) => kind !== 'dropConnection' && !copying.includes(kind))
  if (unsent && other !== undefined) return `nothing is sent, so ${other} cannot happen`
  const names = faults.map(nameOf)
  for (const [winner, loser] of pairs) {
    const [won, lost] = [
      names.find((name) => winner.test(name)),
      names.find((name) => loser.test(name)),
    ]
    if (won !== undefined && lost !== undefined)
      return `${won} leaves nothing for ${lost} to change`
  }
  return undefined
}
