import { usageError } from '../errors/cli-error.ts'

/** A text such as `name:key=value,other=1` in its parts; values that look like JSON scalars are read so. */
export const namedOptions = (
  text: string,
): { readonly name: string; readonly options: Readonly<Record<string, unknown>> } => {
  const colon = text.indexOf(':')
  if (colon === -1) return { name: text, options: {} }
  const pairs = text
    .slice(colon + 1)
    .split(',')
    .map((pair): [string, unknown] => {
      const at = pair.indexOf('=')
      if (at < 1)
        throw usageError(
          `\`${pair}\` is not key=value.`,
          `Write it like ${text.slice(0, colon)}:key=value.`,
        )
      return [pair.slice(0, at), scalarOf(pair.slice(at + 1))]
    })
  return { name: text.slice(0, colon), options: Object.fromEntries(pairs) }
}

/** A value as JSON where it is JSON, else as a text. */
export const scalarOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A whole number within limits. */
export const wholeNumber =
  (name: string, least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw usageError(`${name} is a whole number from ${least} to ${most}, not ${text}.`)
  }

/** A number above zero. */
export const positiveNumber =
  (name: string) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
    throw usageError(`${name} is a number above 0, not ${text}.`)
  }

/** Adds one more value of an option that may be given several times. */
export const more = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
]

/** The same for names, several of which may stand in one value, with commas. */
export const moreNames = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
]

/** `%zz` is accepted by `URL`, and by nothing that connects. */
const isDecodable = ({ username, password }: URL): boolean => {
  try {
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}

const isBareWord = (text: string): boolean => {
  const [host = ''] = text.split(/[/?#]/, 1)
  return !/[.:@]/.test(host) && host.toLowerCase() !== 'localhost'
}

/** An http or https address. */
export const urlOf = (text: string): string => {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  // A bare word is nearly always a slip, and would be looked up as the name of a host.
  if (url !== undefined && withScheme !== text && url.port === '' && isBareWord(text)) {
    throw usageError(
      `${text} is not an http or https address.`,
      'Write it like http://localhost:3000/webhooks.',
    )
  }
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw usageError(
      `${text} is not an http or https address.`,
      'Write it like http://localhost:3000/webhooks.',
    )
  }
  if (!isDecodable(url)) {
    throw usageError(
      `The user name or password in ${url.origin} is not percent-encoded.`,
      'Write a % in it as %25.',
    )
  }
  return url.href
}
