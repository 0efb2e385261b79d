import { randomBytes } from 'node:crypto'
import type { DashboardOptions } from './dashboard/index.tsx'

/** The dashboard before somebody asked for it: a word, and no code. */
export interface LazyDashboard {
  /** Answers a request; the first one loads the dashboard. */
  fetch(request: Request): Promise<Response>
  /** The link that lets a browser in. */
  link(origin: string): string
}

/** A dashboard that is loaded with the first request to it. */
export const lazyDashboard = (options: Omit<DashboardOptions, 'token'>): LazyDashboard => {
  const token = randomBytes(18).toString('base64url')
  let loaded: Promise<(request: Request) => Response | Promise<Response>> | undefined
  const load = async () => {
    const { createDashboard } = await import('./dashboard/index.tsx')
    return createDashboard({ ...options, token })
  }
  return {
    fetch: async (request) => {
      // An import that failed is tried again.
      loaded ??= load().catch((error: unknown) => {
        loaded = undefined
        throw error
      })
      return (await loaded)(request)
    },
    link: (origin) => `${origin}/?t=${token}`,
  }
}
