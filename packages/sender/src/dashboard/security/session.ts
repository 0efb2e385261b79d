import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What one run of the sender lets a browser in with. Every value is random, and none outlives the process. */
export interface Session {
  /** The value of the cookie. */
  readonly cookie: string
  /** What every request that changes something carries in a header, which no other page can set. */
  readonly action: string
}

const word = (): string => randomBytes(24).toString('base64url')

/** A new session. */
export const newSession = (): Session => ({ cookie: word(), action: word() })

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether two texts are the same, in a time that does not tell where they differ. */
export const isSame = (given: string | undefined, expected: string): boolean =>
  timingSafeEqual(digest(given ?? ''), digest(expected))

/** The header that carries `action`. */
export const actionHeader = 'x-ainexlayer-dashboard'

/** The cookie of one port: cookies do not know ports, and two senders may run on one machine. */
export const cookieName = (port: string): string => `ainexlayer_dashboard_${port || '80'}`
