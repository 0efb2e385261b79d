import { openBullmq } from './bullmq-engine.ts'
import type { Engine, EngineSettings } from './engine.ts'
import { openPgBoss } from './pg-boss-engine.ts'

/** The settings from the environment. */
export const settings: EngineSettings = {
  namespace: process.env['NAMESPACE'] ?? 'ainl_queue_app',
  recoverySeconds: Number(process.env['RECOVERY_SECONDS'] ?? 60),
}

/** Opens the engine that QUEUE names: `bullmq` (default) or `pg-boss`. */
export const openEngine = async (): Promise<Engine> => {
  const name = process.env['QUEUE'] ?? 'bullmq'
  if (name === 'bullmq') return openBullmq(settings)
  if (name === 'pg-boss') return openPgBoss(settings)
  throw new Error(`QUEUE is ${name}: set it to bullmq or pg-boss`)
}
