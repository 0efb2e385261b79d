import { StoreUnavailableError } from '@ainexlayer/webhooks'
import type { Row } from './client.ts'

/** The error for an answer that is not one of the statement's. */
const notUnderstood = (): StoreUnavailableError =>
  new StoreUnavailableError(
    'Postgres answered something that the store does not understand: a type parser or a transform of your client may have changed it.',
  )

/**
 * The values of a row, in the order of the statement: clients rename columns (`transform: postgres.camel`) and may
 * give rows as arrays. The statements cast every value to text, because clients parse all other types their own way.
 */
export class Answer {
  readonly #cells: readonly unknown[]

  constructor(row: Row | undefined) {
    if (row === undefined) throw notUnderstood()
    this.#cells = Object.values(row)
  }

  /** A text, or null. */
  nullable(column: number): string | null {
    const cell = this.#cells[column]
    if (typeof cell === 'string') return cell
    // Some clients are told to give undefined for null.
    if (column < this.#cells.length && (cell === null || cell === undefined)) return null
    throw notUnderstood()
  }

  text(column: number): string {
    const text = this.nullable(column)
    if (text === null) throw notUnderstood()
    return text
  }

  number(column: number): number {
    const text = this.text(column)
    const number = Number(text)
    if (text !== '' && Number.isFinite(number)) return number
    throw notUnderstood()
  }

  /** One of the words that the statement answers. */
  word<const Word extends string>(column: number, words: readonly Word[]): Word {
    const text = this.text(column)
    const word = words.find((one) => one === text)
    if (word === undefined) throw notUnderstood()
    return word
  }
}
