import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import type { FieldPath } from '../signature/profiles/envelope.ts'
import { parseJson, valueAt } from './decode.ts'

/** No genuine body holds more events than this. */
export const mostEvents = 1000

/**
 * The events of a body that holds several, each as JSON of its own; undefined where the path leads to no list, so that
 * the body is one event. An empty list is one too, of nothing.
 */
export const splitBatch = (
  body: Uint8Array,
  path: FieldPath,
): readonly Uint8Array[] | undefined => {
  try {
    const value = parseJson(decodeUtf8(body) ?? '')
    const list = valueAt(value, path)
    if (!Array.isArray(list)) return undefined
    return list.slice(0, mostEvents + 1).map((event) => encodeUtf8(JSON.stringify(event)))
  } catch {
    // No JSON, or nested too deep: reading it as one event says what is wrong with it.
    return undefined
  }
}
