/**
 * What a schema threw as it may be told: its kind, its code and where. Its message may quote the data, as that of
 * `JSON.parse` in a transformation does, and this goes to the log.
 */
export const placeOfError = (thrown: unknown): Error | undefined => {
  if (!(thrown instanceof Error)) return undefined
  const { name, message, stack = '' } = thrown
  const code: unknown = 'code' in thrown ? thrown.code : undefined
  const isPlain = typeof code === 'string' && /^[A-Z][A-Z\d_]{2,30}$/.test(code)
  const place = new Error(
    `its message is left out: it may quote the data${isPlain ? ` (${code})` : ''}`,
  )
  // Classes and functions are named by programmers.
  place.name = name
  const frames = stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
  place.stack = [`${name}: ${place.message}`, ...frames].join('\n')
  return place
}
