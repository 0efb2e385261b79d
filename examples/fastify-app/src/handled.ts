/** How often the handlers ran for each event: what a real app would write to its database. */
export const createHandled = () => {
  const runs = new Map<string, number>()
  return {
    count: async (id: string): Promise<void> => {
      runs.set(id, (runs.get(id) ?? 0) + 1)
    },
    all: (): Record<string, number> => Object.fromEntries(runs),
  }
}

export type Handled = ReturnType<typeof createHandled>
