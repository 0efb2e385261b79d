/** Clients that were already checked: several stores may share one. */
const checked = new WeakSet<object>()

/** Warns once for each client, if it is a `pg` Pool or Client without an `error` listener. */
export const warnWithoutListener = (client: object, warn: (message: string) => void): void => {
  if (checked.has(client)) return
  checked.add(client)
  if (!('listenerCount' in client) || typeof client.listenerCount !== 'function') return
  if (client.listenerCount('error') > 0) return
  warn(
    "The `pg` Pool has no `error` listener: when Postgres closes an idle connection, the process ends. Add `pool.on('error', …)`.",
  )
}
