import type * as z from 'zod'
import type { faultSchema } from './fault-schema.ts'

/**
 * Trouble on demand, to see how a receiver takes it. Each fault changes one attempt on its way out, and
 * the log of the attempt names it. A `kind` alone is a fault: every parameter has a default.
 *
 * @example
 * const faults: Fault[] = [{ kind: 'tamperBody' }, { kind: 'timestamp', how: 'offset', offsetSeconds: 600 }]
 */
export type Fault = z.input<typeof faultSchema>

/** A fault with every parameter filled in. */
export type FullFault = z.output<typeof faultSchema>

/** One kind of fault, filled in. */
export type FaultOf<Kind extends Fault['kind']> = Extract<FullFault, { kind: Kind }>

/** Finds the fault of a kind among those of an attempt. */
export const faultOf = <Kind extends Fault['kind']>(
  faults: readonly FullFault[],
  kind: Kind,
): FaultOf<Kind> | undefined =>
  faults.find((fault): fault is FaultOf<Kind> & FullFault => fault.kind === kind)
