/** How often the handlers ran, by the id of the event. */
export type Runs = Readonly<Record<string, number>>

/** One look at an observer: what it counted, or why it said nothing. */
export type Look = { readonly runs: Runs } | { readonly fault: string }

/** Asks how often the handlers ran. It never throws. */
export type Observer = () => Promise<Look>
