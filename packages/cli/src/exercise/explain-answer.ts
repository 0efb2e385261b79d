import { ERRORS } from '@ainexlayer/webhooks/diagnose'

/** Why a receiver refuses what is genuine, as far as it can be found out from outside. */
export interface Explanation {
  /** Behind what was answered; may be empty. */
  readonly came: string
  readonly fix: string
  /** Whether the receiver took a request with the mistake that is named. */
  readonly certain: boolean
}

/** An attempt, as far as its answer goes. */
export interface Answered {
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly response?:
    | {
        readonly statusCode: number
        readonly headers: Readonly<Record<string, string>>
        readonly body: string | null
      }
    | undefined
  readonly error?: { readonly code: string } | undefined
}

type ErrorWords = { readonly message: string; readonly fix: string }

const wordsOf = (code: string): ErrorWords | undefined =>
  Object.entries(ERRORS).find(([name]) => name === code)?.[1]

/** The code that one of our receivers answers, such as `{"error":"invalid_signature"}`. */
const codeIn = (body: string): string | undefined =>
  /^\{"error":"([a-z_]{1,64})"\}$/.exec(body.trim())?.[1]

const generic = (fix: string): Explanation => ({ came: '', fix, certain: false })

/** What an answer to a genuine request says about the receiver, without asking it anything. */
export const explainAnswer = ({ response, error }: Answered): Explanation => {
  const status = response?.statusCode
  if (status === undefined) {
    return generic(
      error?.code === 'timeout'
        ? 'It did not answer: await everything in the handler, and answer in each branch; in Express 4 an asynchronous handler that throws answers nothing.'
        : `The connection failed (${error?.code ?? 'none'}): is the receiver running, and does its log say why it hung up?`,
    )
  }
  if (status >= 300 && status < 400) {
    return generic(
      `It redirects to ${response?.headers['location'] ?? 'another address'}: a sender does not follow, so register that address itself.`,
    )
  }
  if (status === 404)
    return generic('Nothing is served at this path: check the route, and its prefix.')
  if (status === 405)
    return generic('The path is there, but takes no POST: check the method of the route.')
  if (status === 403)
    return generic(
      'Something in front refuses it (CSRF protection, a firewall, an allowlist): let the path of the webhook through.',
    )
  const code = codeIn(response?.body ?? '')
  const words = code === undefined ? undefined : wordsOf(code)
  if (code !== undefined && words !== undefined && code !== 'invalid_signature') {
    return { came: ` ${code}`, fix: `${words.message} ${words.fix}`, certain: true }
  }
  if (status >= 500) return generic('The receiver broke on a genuine event: its log says where.')
  return generic(
    'Check that the receiver has the secret of this run, and verifies the bytes that arrived: no JSON parser may come before it.',
  )
}
