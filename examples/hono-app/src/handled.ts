const runs = new Map<string, number>()

/** Notes one run of the handlers. A real app writes to its own database here. */
export const noteRun = (eventId: string): void => {
  runs.set(eventId, (runs.get(eventId) ?? 0) + 1)
}

/** How often the handlers ran for each event. */
export const runsByEvent = (): Record<string, number> => Object.fromEntries(runs)
