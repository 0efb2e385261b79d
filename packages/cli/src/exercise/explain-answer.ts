import { ERRORS } from '@ainexlayer/webhooks/diagnose'
import { outcomeIn } from '../output/answer-outcome.ts'
import { excerpt } from '../output/printable.ts'
import { explainStatus } from './explain-status.ts'

/** Why a receiver refuses what is genuine, as far as it can be found out from outside. */
export interface Explanation {
  /** The code in the answer, where it is one of ours. */
  readonly code?: string
  /** What was found out beyond the answer, in a sentence about the receiver without its end. */
  readonly finding?: string
  /** The likely cause and what to do; absent where the answer does not tell. */
  readonly fix?: string
  /** Whether the receiver named the cause, or took a request with the mistake that is named. */
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
  readonly error?: Silence | undefined
}

/** Why there is no answer. */
interface Silence {
  readonly code?: string
  readonly message?: string
}

/** What the table of errors says to whoever runs the receiver, said to whoever sends to it from here. */
const wordsHere: Readonly<Record<string, string>> = {
  missing_header:
    'A header that the profile of the receiver needs is absent: is its `profile` the one of `--profile` here (standard-webhooks where none is given)? Otherwise something in between drops the webhook headers.',
  malformed_header:
    'The id or the timestamp header is not as the profile of the receiver has it: is its `profile` the one of `--profile` here?',
  timestamp_too_old:
    'For the receiver the request is too old: its clock is ahead of this one (NTP), its tolerance is very short, or something in between held the request back.',
  timestamp_too_new:
    'For the receiver the request comes from the future: its clock is behind this one (NTP).',
  id_reused:
    'The receiver knows this id with other bytes, and did not run it again: let each event have an id of its own (leave out `--id`).',
  invalid_payload:
    'The signature is right, and the body is not what the receiver expects: its log names the field (`issues`).',
}

/** The words of a code that goes with this status: another one in the body is no word of ours. */
const wordsOf = (code: string, status: number): string | undefined => {
  const found = Object.entries(ERRORS).find(([name]) => name === code)?.[1]
  if (found?.status !== status) return undefined
  return wordsHere[code] ?? `${found.message} ${found.fix}`
}

/** Why no answer came; nothing where this side ended it. */
const explainSilence = ({ code, message = '' }: Silence = {}): string | undefined => {
  // The receiver did not hang up: this side could not read on.
  if (message.startsWith('Parse Error')) {
    return `What came back is not readable HTTP (${excerpt(message)}): does something else listen there, or does it speak https?`
  }
  switch (code) {
    case undefined:
    case 'aborted':
      return undefined
    case 'timeout':
      return 'It did not answer in time: the handler takes too long, or a branch never answers (in Express 4 an asynchronous handler that throws answers nothing).'
    case 'response_too_large':
      return 'The answer is too long: a short text is enough.'
    case 'blocked_address':
      return 'The sender does not send to this address.'
    default:
      return `The connection failed (${code}): is the receiver running at this address, and does its log say why it hung up?`
  }
}

/** What an answer to a genuine request says about the receiver, without asking it anything. */
export const explainAnswer = ({ response, error }: Answered): Explanation => {
  const fixOnly = (fix: string | undefined): Explanation => ({
    ...(fix !== undefined && { fix }),
    certain: false,
  })
  if (response === undefined) return fixOnly(explainSilence(error))
  const { statusCode, headers, body } = response
  const code = outcomeIn(body)
  const words = code === undefined ? undefined : wordsOf(code, statusCode)
  // Both have causes outside of our receiver, which the words of their status name.
  const isOpen = code === 'invalid_signature' || code === 'method_not_allowed'
  if (code !== undefined && words !== undefined && !isOpen) {
    return { code, fix: words, certain: true }
  }
  return {
    ...fixOnly(explainStatus(statusCode, headers['location'])),
    ...(code !== undefined && words !== undefined && { code }),
  }
}
