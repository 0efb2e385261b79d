/** What the reader's own code does with an event. */
export declare const handle: (id: string, payload: unknown) => Promise<void>
