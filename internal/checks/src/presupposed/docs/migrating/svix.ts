/** What the reader's own code does with an event. */
export declare const handle: (event: unknown) => Promise<void>
