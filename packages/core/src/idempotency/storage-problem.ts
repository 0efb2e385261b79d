import { causesOf, rootCause, textOf } from './root-cause.ts'
import {
  QueueUnavailableError,
  STORAGE_PROBLEMS,
  type StorageProblem,
  StoreUnavailableError,
} from './storage-errors.ts'

/**
 * How databases and their clients say what is wrong: the SQLSTATE of Postgres, the first word of a reply of Redis, the
 * sentences of SQLite, the codes of sockets. The first that fits counts.
 */
const signs: readonly (readonly [StorageProblem, RegExp])[] = [
  ['table_missing', /^(42P01|3F000) |no such table/],
  [
    'schema_outdated',
    /^(42703|42P10|42804) |no such column|has no column|ON CONFLICT clause does not match|\bWRONGTYPE\b/,
  ],
  [
    'login_refused',
    /^(28...|3D000) |\b(NOAUTH|WRONGPASS)\b|AUTH failed|invalid password|password must be a string/i,
  ],
  [
    'permission_denied',
    /^42501 |\bNOPERM\b|SQLITE_(PERM|AUTH)\b|permissions to run|script can't run this/,
  ],
  ['out_of_room', /^(53100|53200) |\b(OOM|MISCONF)\b|database or disk is full|\bENOSPC\b/],
  ['read_only', /^25006 |\bREADONLY\b|readonly database/],
  ['no_answer', /^57014 |command timed out|query read timeout|statement timeout/i],
  [
    'busy',
    /^(53...|55P03) |too many clients|max number of clients|database (table )?is locked|statements in progress|\b(BUSY|LOADING|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|NOREPLICAS)\b/,
  ],
  [
    'unreachable',
    /^(08...|57P0.|E(CONN\w+|NOTFOUND|AI_AGAIN|TIMEDOUT|HOST\w+|NET\w+|PIPE)|CONNECT\w+) |\bECONN|offline|Max ?Retries|retries per request|connection is closed|not open|unable to open|terminated|timeout exceeded|isn't writeable|is closed|socket (closed|timeout)|connection (closed|timeout|ended)/i,
  ],
]

/** What is wrong with a store or a queue, as far as its error tells; undefined where it does not. */
const problemOf = (error: unknown): StorageProblem | undefined => {
  const texts = causesOf(error)
  return signs.find(([, sign]) => texts.some((text) => sign.test(text)))?.[0]
}

/** What happened in one sentence, and how to mend it. */
const wordsOf = (engine: string, error: unknown) => {
  const reason = problemOf(error)
  const text = textOf(rootCause(error))
  if (reason === undefined) return { note: `${engine} gave an error: ${text}.`, cause: error }
  const { message, fix } = STORAGE_PROBLEMS[reason]
  return { note: `${engine}: ${message} (${text})`, reason, fix, cause: error }
}

/**
 * The error that a store throws for one of its database: what is wrong is told from the codes and the words of
 * Postgres, Redis, SQLite and of sockets, with how to mend it. `reason` has its code, where it is known.
 *
 * @param engine - the database, in a word: `Postgres`
 * @param error - what the client threw; it becomes the `cause`
 */
export const storeUnavailable = (engine: string, error: unknown): StoreUnavailableError => {
  const { note, ...options } = wordsOf(engine, error)
  return new StoreUnavailableError(note, options)
}

/**
 * The error that a `dispatch` throws for one of its queue: told apart as by `storeUnavailable`.
 *
 * @param engine - the database of the queue, in a word: `Redis`
 * @param error - what the client threw; it becomes the `cause`
 */
export const queueUnavailable = (engine: string, error: unknown): QueueUnavailableError => {
  const { note, ...options } = wordsOf(engine, error)
  return new QueueUnavailableError(note, options)
}
