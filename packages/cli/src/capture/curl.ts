import { usageError } from '../errors/cli-error.ts'
import { bytesOf } from '../input/read-file.ts'
import type { World } from '../world/world.ts'
import type { CapturedRequest } from './captured-request.ts'
import { shellWords } from './shell-words.ts'

const dataFlags = ['-d', '--data', '--data-ascii', '--data-raw', '--data-binary', '--json']
/** Flags of curl that take a value which is of no interest here. */
const valued = [
  '-o',
  '--output',
  '-u',
  '--user',
  '-A',
  '--user-agent',
  '-e',
  '--referer',
  '-b',
  '--cookie',
  '-m',
  '--max-time',
  '--connect-timeout',
  '--cacert',
  '--cert',
  '--key',
  '-x',
  '--proxy',
  '--resolve',
  '-w',
  '--write-out',
]

const headerOfText = (text: string): [string, string] => {
  const colon = text.indexOf(':')
  if (colon < 1) throw usageError(`The header \`${text.slice(0, 20)}\` has no colon.`)
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
}

/** Whether a text is a command line of curl. */
export const isCurl = (text: string): boolean => /^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(text)

/** `-d` drops the line breaks of a file, `--data-binary` keeps them, `--data-raw` reads no file. */
const dataOf = async (world: World, flag: string, value: string): Promise<Buffer> => {
  if (flag === '--data-raw' || !value.startsWith('@')) return Buffer.from(value)
  const bytes = await bytesOf(world, value)
  return flag === '--data-binary' || flag === '--json'
    ? bytes
    : Buffer.from(bytes.toString('latin1').replace(/[\r\n]/g, ''), 'latin1')
}

/** Reads a command line of curl, as browsers copy it and as people write it. @throws CliError usage */
export const readCurl = async (world: World, line: string): Promise<CapturedRequest> => {
  const words = shellWords(line.trim().replace(/^\$\s+/, '')).slice(1)
  const headers: [string, string][] = []
  const data: Buffer[] = []
  let method: string | undefined
  let url = ''
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const joined = /^(--[\w-]+)=([\s\S]*)$/.exec(word) ?? /^(-[XHd])([\s\S]+)$/.exec(word)
    const flag = joined?.[1] ?? word
    const value = (): string => joined?.[2] ?? words[++at] ?? ''
    if (flag === '-X' || flag === '--request') method = value()
    else if (flag === '-H' || flag === '--header') headers.push(headerOfText(value()))
    else if (flag === '--url') url = value()
    else if (dataFlags.includes(flag)) {
      data.push(await dataOf(world, flag, value()))
      if (flag === '--json') headers.push(['content-type', 'application/json'])
    } else if (valued.includes(flag)) value()
    else if (!flag.startsWith('-')) url = flag
  }
  if (url === '') throw usageError('This curl line has no URL.')
  const joinedData = data.flatMap((one, index) => (index === 0 ? [one] : [Buffer.from('&'), one]))
  const body = Buffer.concat(joinedData)
  return { method: method ?? (data.length > 0 ? 'POST' : 'GET'), url, headers, body }
}
