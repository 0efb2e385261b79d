import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { ClosedDoor } from '../components/closed-door.tsx'
import { actionHeader, cookieName, isSame, type Session } from './session.ts'

/** What lets a browser in. */
export interface EntryOptions {
  /** The word in the link that `dev` prints. */
  readonly token: string
  readonly session: Session
}

const isOtherSite = (site: string | undefined): boolean =>
  site === 'cross-site' || site === 'same-site'

/**
 * Lets in who has the link, and from then on the cookie. Whatever changes something needs the header with the
 * session's word beside it: a page of another origin cannot send that, not even with the cookie.
 */
export const guardEntry =
  ({ token, session }: EntryOptions): MiddlewareHandler =>
  async (c, next) => {
    const url = new URL(c.req.url)
    const name = cookieName(url.port)
    const given = url.searchParams.get('t')
    const isReading = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (given !== null && isReading && isSame(given, token)) {
      setCookie(c, name, session.cookie, { path: '/', httpOnly: true, sameSite: 'Strict' })
      url.searchParams.delete('t')
      // Two slashes would be the name of another host.
      return c.redirect(`${url.pathname.replace(/^\/+/, '/')}${url.search}`, 303)
    }
    if (!isSame(getCookie(c, name), session.cookie)) return c.html(<ClosedDoor />, 401)
    const isNavigation = c.req.header('sec-fetch-mode') === 'navigate'
    const isFromOutside = isOtherSite(c.req.header('sec-fetch-site'))
    if (isReading && isFromOutside && !isNavigation) return c.text('Not for other pages.', 403)
    if (isReading) return next()
    const origin = c.req.header('origin')
    const isForeign = isFromOutside || (origin !== undefined && origin !== url.origin)
    if (isForeign || !isSame(c.req.header(actionHeader), session.action)) {
      return c.text('Only the dashboard itself may do that.', 403)
    }
    return next()
  }
