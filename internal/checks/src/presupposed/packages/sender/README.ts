/** The reader's own endpoint. */
export declare const url: string
export declare const origin: string
