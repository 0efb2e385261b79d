/** No answer of ours is longer. */
const longest = 2000

const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w-]{1,40}$/.test(value) ? value : undefined

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/**
 * What a receiver of ours says in its answer, such as `processed`, `duplicate` or `unhandled`, or the code of an error;
 * undefined for any other answer. A status alone does not tell whether a handler ran.
 */
export const outcomeIn = (body: Uint8Array | string | null | undefined): string | undefined => {
  if (body === null || body === undefined || body.length > longest) return undefined
  try {
    const json: unknown = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString())
    const error = fieldOf(json, 'error')
    return wordOf(fieldOf(json, 'outcome')) ?? wordOf(error) ?? wordOf(fieldOf(error, 'code'))
  } catch {
    return undefined
  }
}
