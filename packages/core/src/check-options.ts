import { WebhookConfigurationError } from './errors.ts'

/** Every option by its name: the compiler sees to it that none is forgotten. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: 1 }

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9*]/g, '')

/** How many letters have to be put in, taken out or changed. */
const distance = (from: string, to: string): number => {
  let row = [...to, ''].map((_, index) => index)
  for (const [line, letter] of [...from].entries()) {
    let [left, corner] = [line + 1, line]
    row = row.map((above, index) => {
      if (index > 0) {
        left = Math.min(left + 1, above + 1, corner + (to[index - 1] === letter ? 0 : 1))
      }
      corner = above
      return left
    })
  }
  return row[to.length] ?? 0
}

/** The name that was most likely meant; undefined where none is near. */
export const nearestName = (name: string, names: Iterable<string>): string | undefined => {
  let [nearest, least]: [string | undefined, number] = [undefined, 0.45]
  const meant = bare(name)
  for (const known of names) {
    const other = bare(known)
    const far = distance(meant, other) / Math.max(meant.length, other.length, 1)
    if (far < least) [nearest, least] = [known, far]
  }
  return nearest
}

/** Whether a name is another one with a slip of the keyboard in it: `rawBody` is a name of its own beside `body`. */
const isSlip = (name: string, known: string): boolean =>
  known.length > 3 && distance(bare(name), bare(known)) <= 2

/** The sentence that names it, or another one. */
export const didYouMean = (name: string, names: Iterable<string>, otherwise: string): string => {
  const nearest = nearestName(name, names)
  return nearest === undefined ? otherwise : `Did you mean \`${nearest}\`?`
}

const invalid = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('option_invalid', message, fix)

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** What a value is, in words that hold nothing of it. */
const kindOf = (value: unknown): string => {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return 'a text'
  if (!isObject(value)) return value === null ? 'null' : `a ${typeof value}`
  if ('then' in value) return 'a promise, which needs an `await`'
  return Array.isArray(value)
    ? 'a list'
    : `${typeof value === 'function' ? 'a' : 'an'} ${typeof value}`
}

/**
 * Checks options for what plain JavaScript lets pass: something else than an object, and names that do not exist.
 *
 * @param maker - the function that takes them
 * @param mayHoldMore - whether they may be part of a larger object, such as a request: only what is nearly a name is refused
 * @throws WebhookConfigurationError `option_invalid`, with the nearest name
 */
export const assertOptions = <Options>(
  maker: string,
  options: unknown,
  names: OptionNames<Options>,
  mayHoldMore = false,
): void => {
  const isWrong = typeof options !== 'object' || options === null || Array.isArray(options)
  if (isWrong || 'then' in options) {
    throw invalid(
      `What \`${maker}\` takes as its options is ${kindOf(options)}.`,
      `Pass an object: \`{ ${Object.keys(names)[0]}: … }\`.`,
    )
  }
  for (const name in options) {
    if (Object.hasOwn(names, name)) continue
    const known = Object.keys(names)
    if (mayHoldMore && !known.some((one) => isSlip(name, one))) continue
    throw invalid(
      `\`${maker}\` has no option \`${name}\`.`,
      didYouMean(name, known, `It has ${known.map((one) => `\`${one}\``).join(', ')}.`),
    )
  }
}

/**
 * Checks that something of the user's is what it has to be: a client, a receiver, a store.
 *
 * @param what - its name, such as `client`
 * @param methods - what it has to have
 * @param fix - what to pass, in one sentence
 * @throws WebhookConfigurationError `option_invalid`
 */
export const assertMethods = (
  what: string,
  value: unknown,
  methods: readonly string[],
  fix: string,
): void => {
  const missing = isObject(value)
    ? methods.find((method) => typeof Reflect.get(value, method) !== 'function')
    : ''
  if (missing === undefined) return
  throw invalid(`\`${what}\` is ${kindOf(value)}${missing && ` without \`${missing}\``}.`, fix)
}
