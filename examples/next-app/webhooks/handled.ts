const slot = globalThis as typeof globalThis & { handledEvents?: Map<string, number> }

/** How often the handlers ran for each event. Next bundles each route apart: what they share lives on the global. */
slot.handledEvents ??= new Map()
export const handled: Map<string, number> = slot.handledEvents
