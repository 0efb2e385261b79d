/** Every prefix of a dotted name with `.*` behind it: `a.b.c` gives `a.*` and `a.b.*`. */
type Prefixes<Type extends string> = Type extends `${infer Head}.${infer Rest}`
  ? `${Head}.*` | `${Head}.${Prefixes<Rest>}`
  : never

interface Patterned<Type extends string> {
  readonly patterns: { readonly [Name in Type as Name | Prefixes<Name> | '*']: unknown }
}

/**
 * What may stand in `on(…)` for a set of event types: each of them, `*`, and every `prefix.*`. Written as the keys of a
 * mapped type, so that messages of the compiler and hovers list the names: they would show a union by its alias.
 */
export type PatternOf<Type extends string> = `${keyof Patterned<Type>['patterns'] & string}`

/** The types that a pattern stands for. */
export type MatchingTypes<Pattern extends string, Type extends string> = Pattern extends '*'
  ? Type
  : Pattern extends `${infer Prefix}.*`
    ? Extract<Type, `${Prefix}.${string}`>
    : Extract<Type, Pattern>

/** Whether an event type fits a pattern: equal to it, under its `prefix.*`, or the pattern is `*`. */
export const matchesType = (pattern: string, type: string): boolean =>
  pattern === '*' ||
  pattern === type ||
  (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))
