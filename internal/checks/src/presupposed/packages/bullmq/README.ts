/** The reader's own work. */
export declare const index: (documentId: string, signal: AbortSignal) => Promise<void>
