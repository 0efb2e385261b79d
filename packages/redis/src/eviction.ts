import type { ScriptRunner } from './client.ts'

const infoScript = `return redis.call('INFO', 'memory')`

/** The warning if the server may drop claims in flight; undefined if it does not, or does not say. */
export const evictionWarning = async (
  runner: ScriptRunner,
  key: string,
): Promise<string | undefined> => {
  let info: string
  try {
    info = String(await runner.bySource(infoScript, key, []))
  } catch {
    return undefined
  }
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0)
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction'
  if (limit === 0 || policy === 'noeviction') return undefined
  return `Redis runs with maxmemory-policy ${policy}: when its memory is full, it drops claims in flight, and their events run twice. Set maxmemory-policy to noeviction.`
}
