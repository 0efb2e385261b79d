import pc from 'picocolors'
import type { OutputStream, World } from '../world/world.ts'
import { printable, printableInColour } from './printable.ts'

/** The options that every command has. */
export interface OutputOptions {
  /** One JSON object a line on stdout; prose goes to stderr. */
  readonly json?: boolean | undefined
  /** No notes on stderr; errors and warnings stay. */
  readonly quiet?: boolean | undefined
  /** `false` for `--no-color`. */
  readonly color?: boolean | undefined
}

/** Colours that are texts without them where nobody would see them. */
export type Colors = ReturnType<typeof pc.createColors>

/** Where a command writes. Whatever comes from outside, no control character of it reaches the terminal. */
export interface Output {
  readonly isJson: boolean
  readonly colors: Colors
  /** Characters in a line of the terminal; undefined for a file or pipe. */
  readonly columns: number | undefined
  /** A result: the object with `--json`, else the text. Nothing for a text that is undefined. */
  data(object: object, text: string | undefined): void
  /** The same for a text that is to be used as it stands, and holds nothing but what was given on the command line. */
  exact(object: object, text: string): void
  /** Prose beside the results. */
  note(text: string): void
  warn(text: string): void
  /** From now on this text is never written. */
  hide(secret: string): void
}

const wantsColor = (stream: OutputStream, world: World, color: boolean | undefined): boolean => {
  if (color === false || (world.env['NO_COLOR'] ?? '') !== '') return false
  if ((world.env['FORCE_COLOR'] ?? '') !== '' && world.env['FORCE_COLOR'] !== '0') return true
  return stream.isTTY === true && world.env['TERM'] !== 'dumb'
}

/** The output of one command. */
export const outputOf = (world: World, options: OutputOptions): Output => {
  const hidden = new Set<string>()
  const shown = (text: string): string => {
    let safe = text
    for (const secret of hidden) safe = safe.replaceAll(secret, '[secret]')
    return safe
  }
  const isJson = options.json ?? false
  const isColored = !isJson && wantsColor(world.stdout, world, options.color)
  const isWarningColored = wantsColor(world.stderr, world, options.color)
  const warning = pc.createColors(isWarningColored)
  const plain = isColored || isWarningColored ? printableInColour : printable
  const write = (stream: OutputStream, text: string): void => {
    stream.write(`${plain(shown(text))}\n`)
  }
  return {
    isJson,
    colors: pc.createColors(isColored),
    columns: world.stdout.isTTY === true ? world.stdout.columns : undefined,
    data: (object, text) => {
      if (isJson) write(world.stdout, JSON.stringify(object))
      else if (text !== undefined) write(world.stdout, text)
    },
    exact: (object, text) => {
      if (isJson) write(world.stdout, JSON.stringify(object))
      else world.stdout.write(`${shown(text)}\n`)
    },
    note: (text) => {
      if (options.quiet !== true) write(world.stderr, text)
    },
    warn: (text) => write(world.stderr, warning.yellow(text)),
    hide: (secret) => {
      if (secret === '') return
      hidden.add(secret)
      hidden.add(secret.replace(/^whsec_/, ''))
    },
  }
}
