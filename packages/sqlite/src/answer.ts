import { StoreUnavailableError } from '@ainexlayer/webhooks'

/** The error for an answer that is not one of the statement's. */
const notUnderstood = (): StoreUnavailableError =>
  new StoreUnavailableError(
    'SQLite answered something that the store does not understand: a setting of your handle may have changed it.',
  )

/**
 * The values of a row, in the order of the statement: handles may give rows as arrays (`returnArrays`, `raw`) and
 * whole numbers as bigints (`safeIntegers`, `readBigInts`).
 */
export class Answer {
  readonly #cells: readonly unknown[]

  constructor(row: unknown) {
    if (typeof row !== 'object' || row === null) throw notUnderstood()
    this.#cells = Object.values(row)
  }

  /** A text, or null. */
  nullable(column: number): string | null {
    const cell = this.#cells[column]
    if (typeof cell === 'string' || cell === null) return cell
    throw notUnderstood()
  }

  text(column: number): string {
    const text = this.nullable(column)
    if (text === null) throw notUnderstood()
    return text
  }

  number(column: number): number {
    const cell = this.#cells[column]
    if ((typeof cell === 'number' && Number.isFinite(cell)) || typeof cell === 'bigint') {
      return Number(cell)
    }
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
