import { sha256Hex } from '#crypto'
import { encodeUtf8 } from '../encoding/utf8.ts'

/** What tells an event from all others in a store or a queue: signed or configured, all of it. */
export interface EventIdentity {
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** The `scope` of the secret that matched; undefined when it has none. */
  readonly scope: string | undefined
  /** The event's id. */
  readonly id: string
}

/** The longest key that a store must take, in characters. */
const longestKey = 200
/** ASCII without the space. */
const printable = /^[!-~]+$/
/** The same without the colon, where a scope ends. */
const printableScope = /^[!-9;-~]+$/

/** In JSON, half a surrogate pair is an escape of its own; as UTF-8 all of them would be the same bytes. */
const hashedKey = async ({ endpoint, scope, id }: EventIdentity): Promise<string> =>
  `${endpoint}#${await sha256Hex(encodeUtf8(JSON.stringify([scope ?? null, id])))}`

/**
 * The key under which a store or a queue keeps an event: `endpoint:id`, `endpoint@scope:id`, or
 * `endpoint#<SHA-256>` where one of them is long or not printable. An endpoint holds none of the three marks, so
 * that the first of them says which it is: no id and no scope can be made to look like another event's.
 *
 * @example
 * await store.forget(await eventKey({ endpoint: 'default', scope: 'acme', id: 'msg_2b1c' }))
 */
export const eventKey = (identity: EventIdentity): string | Promise<string> => {
  const { endpoint, scope, id } = identity
  if (!printable.test(id)) return hashedKey(identity)
  if (scope !== undefined && !printableScope.test(scope)) return hashedKey(identity)
  const key = scope === undefined ? `${endpoint}:${id}` : `${endpoint}@${scope}:${id}`
  return key.length <= longestKey ? key : hashedKey(identity)
}
