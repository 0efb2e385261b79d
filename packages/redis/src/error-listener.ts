/** Clients that were already checked: several stores may share one. */
const checked = new WeakSet<object>()

/** Warns once for each client that has no `error` listener. */
export const warnWithoutListener = (client: object, warn: (message: string) => void): void => {
  if (checked.has(client)) return
  checked.add(client)
  if (!('listenerCount' in client) || typeof client.listenerCount !== 'function') return
  if (client.listenerCount('error') > 0) return
  warn(
    "The Redis client has no `error` listener: when its connection is lost, node-redis ends the process. Add `client.on('error', …)`.",
  )
}
