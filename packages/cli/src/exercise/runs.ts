/** How often the handlers ran, by the id of the event. */
export type Runs = Readonly<Record<string, number>>
