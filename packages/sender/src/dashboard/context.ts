import type { Hono } from 'hono'
import type { ApiContext } from '../api/context.ts'
import type { ApiCalls } from './api-calls.ts'
import type { Assets } from './assets.ts'
import type { DashboardEnv } from './env.ts'
import type { RecentAttempts } from './recent-attempts.ts'
import type { Session } from './security/session.ts'

/** What the screens work with. */
export interface DashboardContext {
  readonly api: ApiContext
  readonly calls: ApiCalls
  readonly assets: Assets
  readonly recent: RecentAttempts
  readonly session: Session
  /** The seed of jitter and faults: the same one gives the same run. */
  readonly seed: number
}

/** A screen: its page, and what can be done on it. */
export type Screen = (app: Hono<DashboardEnv>, context: DashboardContext) => void
