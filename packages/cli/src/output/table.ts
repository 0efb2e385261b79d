import Table from 'cli-table3'
import type { Output } from './output.ts'

/** Rows as a table: with lines on a terminal, with plain columns in a file or pipe. */
export const table = (
  out: Output,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string => {
  const plain = out.columns === undefined
  const none = { mid: '', left: '', right: '', 'left-mid': '', 'right-mid': '', 'mid-mid': '' }
  const drawn = new Table({
    head: head.map((title) => out.colors.bold(title)),
    style: { head: [], border: [], ...(plain && { 'padding-left': 0, 'padding-right': 2 }) },
    chars: plain
      ? {
          ...none,
          top: '',
          'top-mid': '',
          'top-left': '',
          'top-right': '',
          bottom: '',
          'bottom-mid': '',
          'bottom-left': '',
          'bottom-right': '',
          middle: '',
        }
      : { ...none },
  })
  drawn.push(...rows.map((row) => [...row]))
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Names and values, one pair a line, in two columns. */
export const pairs = (entries: readonly (readonly [name: string, value: string])[]): string => {
  const width = Math.max(...entries.map(([name]) => name.length)) + 2
  return entries.map(([name, value]) => `${name.padEnd(width)}${value}`).join('\n')
}
