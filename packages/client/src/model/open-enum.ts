/**
 * One of the known words, open to words that the platform may add: an editor completes `Known`, and
 * any other string is accepted.
 */
export type OpenEnum<Known extends string> = Known | (string & Record<never, never>)
