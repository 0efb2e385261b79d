import { Problem } from '@ainexlayer/webhooks-contract'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ApiContext } from '../api/context.ts'
import { apiCalls } from './api-calls.ts'
import { serveAssets } from './assets.ts'
import { ProblemNotice } from './components/notice.tsx'
import type { DashboardContext } from './context.ts'
import type { DashboardEnv } from './env.ts'
import { liveAnswer } from './live.ts'
import { showPage } from './page.tsx'
import { recentAttempts } from './recent-attempts.ts'
import { catalogScreen } from './screens/catalog.tsx'
import { deliveriesScreen } from './screens/deliveries.tsx'
import { deliveryScreen } from './screens/delivery.tsx'
import { faultLabScreen } from './screens/fault-lab.tsx'
import { inboxScreen } from './screens/inbox.tsx'
import { overviewScreen } from './screens/overview.tsx'
import { triggerScreen } from './screens/trigger.tsx'
import { webhooksScreen } from './screens/webhooks.tsx'
import { guardEntry } from './security/entry.tsx'
import { reportPath, secureHeaders } from './security/headers.ts'
import { newSession } from './security/session.ts'

/** What the dashboard is made from. */
export interface DashboardOptions {
  readonly api: ApiContext
  /** The API, called in this process. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly apiKey: string
  /** The word in the link. */
  readonly token: string
  readonly seed: number
  /** Called with each unexpected error, and with what the policy of a page stopped. */
  readonly onError: (error: unknown) => void
}

/** What a form may have: an event, and what a form makes of it. */
const mostBytes = 2 * 1024 * 1024

const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem('INTERNAL_ERROR', 'The sender failed; its log says why.')

const isPageStatus = (
  status: Problem['status'],
): status is 400 | 404 | 409 | 410 | 413 | 422 | 429 =>
  status !== 401 && status !== 403 && status !== 500

/** A refusal as a notice on the page that asked, or as a page of its own. */
const showProblem = (c: Context<DashboardEnv>, context: DashboardContext, problem: Problem) => {
  const status = isPageStatus(problem.status) ? problem.status : 500
  if (c.req.header('hx-request') && c.req.method !== 'GET') {
    c.header('hx-retarget', '#notices')
    c.header('hx-reswap', 'innerHTML')
    return c.html(<ProblemNotice problem={problem} />, status)
  }
  const children = (
    <>
      <h1>{problem.code === 'NOT_FOUND' ? 'Not found' : 'That did not work'}</h1>
      <ProblemNotice problem={problem} />
    </>
  )
  return showPage(c, context, { title: 'Not found', section: undefined, children }, status)
}

/** Creates the dashboard as a web-standard handler. */
export const createDashboard = (
  options: DashboardOptions,
): ((request: Request) => Response | Promise<Response>) => {
  const { api, seed, token, onError } = options
  const app = new Hono<DashboardEnv>()
  const session = newSession()
  app.use(secureHeaders)
  const context: DashboardContext = {
    api,
    calls: apiCalls(options.fetch, options.apiKey),
    assets: serveAssets(app),
    recent: recentAttempts(api.db),
    session,
    seed,
  }
  app.onError((error, c) => {
    if (!(error instanceof Problem)) onError(error)
    return showProblem(c, context, asProblem(error))
  })
  app.use(bodyLimit({ maxSize: mostBytes }))
  let isReported = false
  app.post(reportPath, (c) => {
    // A page of another origin can send this, too: nothing of it is repeated, and it is said once.
    if (!isReported) onError(new Error('The content policy of the dashboard stopped something.'))
    isReported = true
    return c.body(null, 204)
  })
  app.use(guardEntry({ token, session }))
  app.use(async (c, next) => {
    c.set('streamId', api.stream.lastId())
    await next()
  })
  app.get('/live', (c) => liveAnswer(api.stream, c.req.query('after')))
  for (const screen of [
    overviewScreen,
    deliveriesScreen,
    deliveryScreen,
    triggerScreen,
    faultLabScreen,
    inboxScreen,
    webhooksScreen,
    catalogScreen,
  ]) {
    screen(app, context)
  }
  app.notFound((c) =>
    showProblem(c, context, new Problem('NOT_FOUND', `There is no page ${c.req.path}.`)),
  )
  return (request) => app.fetch(request)
}
