import type { Row } from './client.ts'

/** A statement failed and its error was swallowed, or on PGlite the run called `tx.rollback()`. */
const isBroken = (error: unknown): boolean =>
  (typeof error === 'object' && error !== null && 'code' in error && error.code === '25P02') ||
  String(error).includes('Transaction is closed')

/** Whether a row came back; undefined when the transaction is broken and accepts no statements. */
export const holds = (asked: Promise<readonly Row[]>): Promise<boolean | undefined> =>
  asked.then(
    (rows) => rows.length === 1,
    (error: unknown) => {
      if (isBroken(error)) return undefined
      throw error
    },
  )
