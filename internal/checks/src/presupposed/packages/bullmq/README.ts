/** The reader's own work. */
export const index = async (_documentId: string, _signal: AbortSignal): Promise<void> => {}
