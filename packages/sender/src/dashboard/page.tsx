import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { DashboardContext } from './context.ts'
import type { DashboardEnv } from './env.ts'
import { actionHeader } from './security/session.ts'

const sections = [
  ['overview', '/', 'Overview'],
  ['deliveries', '/deliveries', 'Deliveries'],
  ['trigger', '/trigger', 'Trigger'],
  ['faults', '/faults', 'Fault lab'],
  ['inbox', '/inbox', 'Inbox'],
  ['webhooks', '/webhooks', 'Webhooks'],
  ['catalog', '/catalog', 'Catalog'],
] as const

/** The part of the dashboard that a page belongs to. */
export type Section = (typeof sections)[number][0]

/** A page. */
export interface PageOptions {
  readonly title: string
  readonly section: Section | undefined
  readonly children: Child
}

/** No script in a text is ever run, no style is written inline, and no page is kept in the browser's storage. */
const htmxConfig = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  disableInheritance: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  responseHandling: [
    { code: '204', swap: false },
    { code: '...', swap: true },
  ],
})

const keys = [
  ['/', 'search'],
  ['j  k', 'down and up a list'],
  ['Enter', 'open'],
  ['x', 'select'],
  ['r', 'redeliver'],
  ['g then o d t f i w c', 'go to a screen'],
  ['?', 'these keys'],
] as const

const KeyList = () => (
  <dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl class="keys">
      {keys.map(([key, what]) => (
        <div>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <form method="dialog">
      <button type="submit" class="button">
        Close
      </button>
    </form>
  </dialog>
)

const Sidebar = ({ section }: { readonly section: Section | undefined }) => (
  <header class="side">
    <a class="brand" href="/">
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <path class="mark" d="M3 15 10 3l7 12M6.2 10h7.6" />
      </svg>
      <span>
        AINexLayer <small>webhooks</small>
      </span>
    </a>
    <nav aria-label="Screens">
      <ul>
        {sections.map(([name, href, title]) => (
          <li>
            <a href={href} aria-current={name === section ? 'page' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
    <div class="side-foot">
      <button type="button" id="live" class="live" hidden aria-pressed="false">
        <span class="dot" aria-hidden="true" />
        <span id="live-text">Live</span>
      </button>
      <button type="button" id="show-keys" class="link" hidden>
        Keys <kbd>?</kbd>
      </button>
    </div>
  </header>
)

/** Answers with a page; to htmx, which puts a part of it in place, with its content alone. */
export const showPage = (
  c: Context<DashboardEnv>,
  { assets, session, api }: DashboardContext,
  { title, section, children }: PageOptions,
  status: 200 | 400 | 404 | 409 | 410 | 413 | 422 | 429 | 500 = 200,
) => {
  const content = (
    <main id="main" tabindex={-1}>
      {children}
    </main>
  )
  c.header('vary', 'HX-Request')
  if (c.req.header('hx-request') && !c.req.header('hx-history-restore-request')) {
    return c.html(content, status)
  }
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <meta name="ainexlayer-now" content={String(api.clock.now())} />
        <meta name="ainexlayer-stream" content={c.get('streamId')} />
        <meta name="ainexlayer-clock" content={api.advance === undefined ? 'real' : 'virtual'} />
        <title>{`${title} · AINexLayer webhooks`}</title>
        <link rel="icon" href={assets.path('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.path('app.css')} />
        <script src={assets.path('htmx.js')} defer />
        <script src={assets.path('app.js')} defer />
      </head>
      <body hx-inherit="hx-headers" hx-headers={JSON.stringify({ [actionHeader]: session.action })}>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <div class="frame">
          <Sidebar section={section} />
          <div class="content">
            <div id="notices" role="status" />
            {content}
          </div>
        </div>
        <KeyList />
      </body>
    </html>
  )
  return c.html(html`<!doctype html>${page}`, status)
}
