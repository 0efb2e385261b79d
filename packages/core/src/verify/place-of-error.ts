/**
 * What a schema threw as it may be told: its kind, and where. Its message may quote the data, as that of `JSON.parse` in
 * a transformation does, and this goes to the log.
 */
export const placeOfError = (thrown: unknown): Error | undefined => {
  if (!(thrown instanceof Error)) return undefined
  const { name, message, stack = '' } = thrown
  const place = new Error('its message is left out, as it may quote the data')
  // Classes and functions are named by programmers.
  place.name = name
  const frames = stack.replace(message, '').match(/^\s+at .*$/gm) ?? []
  place.stack = [`${name}: ${place.message}`, ...frames].join('\n')
  return place
}
