/** What the reader's own code does with a message. */
export declare const saveMessage: (message: unknown) => Promise<void>
