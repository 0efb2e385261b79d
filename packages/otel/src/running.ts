import type { MeterProvider, TracerProvider } from '@opentelemetry/api'

/** One that is on, and where it records to; undefined for the global providers. */
interface Running {
  readonly tracerProvider: TracerProvider | undefined
  readonly meterProvider: MeterProvider | undefined
  readonly disable: () => void
}

/** On the global object: a module is loaded anew by a development server, and twice where ESM and CommonJS meet. */
const place = Symbol.for('@ainexlayer/webhooks-otel')

const all = (): Running[] => {
  const known: unknown = Reflect.get(globalThis, place)
  if (Array.isArray(known)) return known
  const none: Running[] = []
  Reflect.set(globalThis, place, none)
  return none
}

/** Takes it off the list. */
export const leave = (disable: Running['disable']): void => {
  const index = all().findIndex((one) => one.disable === disable)
  if (index !== -1) all().splice(index, 1)
}

/** Ends one that records to the same place, with which everything would be recorded twice, and takes its place. */
export const takeOver = (next: Running): void => {
  const { tracerProvider, meterProvider } = next
  const before = all().find(
    (one) => one.tracerProvider === tracerProvider && one.meterProvider === meterProvider,
  )
  before?.disable()
  all().push(next)
}
