import { number } from './column.ts'
import type { Db, Row, Value } from './database.ts'

/** A list to walk through from its newest row to its oldest. */
export interface List {
  /** What is selected, and from where: `d.*` and `deliveries d JOIN events e …`. */
  readonly columns: string
  readonly from: string
  /** Where rows are counted, if the condition needs less than `from`. */
  readonly countFrom?: string | undefined
  /** The table whose `seq` orders the list, and its name in `from`. */
  readonly table: string
  readonly alias: string
  /** A condition, and the values of its question marks. */
  readonly where: string
  readonly values: readonly Value[]
  /** Whether the condition reads bodies, which may be large; default false. */
  readonly readsBodies?: boolean | undefined
}

/** Which part of a list is wanted. */
export interface PageOf {
  readonly page: number
  readonly limit: number
  /** The `seq` of the last row that was seen, as a text: only older ones, whatever the page. */
  readonly cursor?: string | undefined
  /** Where counting may end once the part is found; default: the whole list is counted. */
  readonly countUpTo?: number | undefined
}

/** A part of a list. */
export interface Found {
  readonly rows: readonly Row[]
  /** How many rows the whole list has, or as many as were counted. */
  readonly total: number
  readonly nextCursor: string | null
}

/** What one window may take, in milliseconds: wide windows are cheap per row, narrow ones give others their turn. */
const windowMs = 2

/** Rows that are not in memory cost far more than those before: no window is wider than this. */
const widest = 2048
const widestWithBodies = 128

/** The windows of a list by `seq`, newest first: each is as wide as the last one was quick. */
function* windows(newest: number, { readsBodies = false }: List) {
  const most = readsBodies ? widestWithBodies : widest
  let width = 64
  for (let high = newest; high > 0; ) {
    const low = Math.max(0, high - width)
    const began = performance.now()
    yield { low, high }
    const took = performance.now() - began
    if (took > windowMs) width = Math.max(16, width >> 1)
    else if (took < windowMs / 2) width = Math.min(most, width * 2)
    high = low
  }
}

/**
 * Reads a part of a list and counts the whole, window by window: however long the list is, no step takes long.
 * Yields after each window.
 */
export function* walk(
  db: Db,
  list: List,
  { page, limit, cursor, countUpTo = Number.POSITIVE_INFINITY }: PageOf,
): Generator<undefined, Found> {
  const { columns, from, table, alias, where, values } = list
  const max = db.get(`SELECT max(seq) AS newest FROM ${table}`)
  const newest = max === undefined ? 0 : number(max, 'newest')
  const inWindow = `${alias}.seq > ? AND ${alias}.seq <= ? AND (${where})`
  const end = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
  const rows: Row[] = []
  let total = 0
  let skip = cursor === undefined ? (page - 1) * limit : 0
  for (const { low, high } of windows(newest, list)) {
    const counted = db.get(
      `SELECT count(*) AS n FROM ${list.countFrom ?? from} WHERE ${inWindow}`,
      low,
      high,
      ...values,
    )
    const n = counted === undefined ? 0 : number(counted, 'n')
    total += n
    if (rows.length <= limit && n > 0 && low < end - 1) {
      if (skip >= n) skip -= n
      else {
        // One more than is wanted: it says that there are more.
        const wanted = limit + 1 - rows.length
        rows.push(
          ...db.all(
            `SELECT ${columns} FROM ${from} WHERE ${inWindow} ORDER BY ${alias}.seq DESC LIMIT ? OFFSET ?`,
            low,
            Math.min(high, end - 1),
            ...values,
            wanted,
            skip,
          ),
        )
        skip = 0
      }
    }
    if (rows.length > limit && total >= countUpTo) break
    yield
  }
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor = rows.length > limit && last ? String(number(last, 'seq')) : null
  return { rows: shown, total, nextCursor }
}

/** Goes through a whole list, oldest first, in small pieces. Rows that are added meanwhile are not seen. */
export function* pieces(db: Db, list: List): Generator<readonly Row[], void> {
  const { columns, from, table, alias, where, values } = list
  const max = db.get(`SELECT max(seq) AS newest FROM ${table}`)
  const newest = max === undefined ? 0 : number(max, 'newest')
  for (const { low, high } of windows(newest, list)) {
    // `windows` goes down, and this goes up.
    yield db.all(
      `SELECT ${columns} FROM ${from} WHERE ${alias}.seq > ? AND ${alias}.seq <= ? AND (${where}) ORDER BY ${alias}.seq`,
      newest - high,
      newest - low,
      ...values,
    )
  }
}
