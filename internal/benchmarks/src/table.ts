/** A table of figures, as printed and as saved. */
export interface Table {
  readonly title: string
  /** How it was measured, in a sentence. */
  readonly note: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Formats nanoseconds in the most readable unit. */
export const duration = (ns: number): string => {
  if (ns < 1000) return `${ns.toFixed(0)} ns`
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} µs`
  return `${(ns / 1e6).toFixed(2)} ms`
}

/** A ratio. */
export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`

/** The rate of an operation that takes the given number of nanoseconds. */
export const perSecond = (ns: number): string => `${Math.round(1e9 / ns).toLocaleString('en-GB')}/s`

/** The table in Markdown, with its columns aligned. */
export const markdown = ({ title, note, columns, rows }: Table): string => {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, index) => `${'-'.repeat(width + 1)}${index === 0 ? '-' : ':'}`).join('|')}|`
  return [`## ${title}`, '', note, '', line(columns), rule, ...rows.map(line), ''].join('\n')
}
