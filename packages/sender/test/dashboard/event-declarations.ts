import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../../core/src/events/data')
const read = (name: string): string => readFileSync(join(folder, `${name}.ts`), 'utf8')
const files = ['document', 'chat', 'workspace', 'user', 'event-data'] as const

const originOf = (words: string): { origin: string; about: string } => {
  for (const [mark, origin] of [
    [' Word published, place proposed.', 'word published'],
    [' Published.', 'published'],
    [' Proposed by this project.', 'proposed'],
  ] as const) {
    if (words.endsWith(mark)) return { origin, about: words.slice(0, -mark.length) }
  }
  throw new Error(`No origin: ${words}`)
}

/** The declarations of core's event data, by their names: with their comment, and their fields. */
const declarations = (): ReadonlyMap<string, string> =>
  new Map(
    files
      .map(read)
      .flatMap((text) => [...text.matchAll(/^export type (\w+) = (?:\{[\s\S]*?^\}|[^\n{]*$)/gm)])
      .map(([source, name]) => [name ?? '', source] as const),
  )

const unquoted = (words: string): string =>
  words
    .replace(/^\s*\* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim()

const fieldsOf = (source: string) =>
  [...source.matchAll(/\/\*\*([\s\S]*?)\*\/\n\s+(\w+)\??: ([^\n]+)/g)].map(
    ([, words, name, type]) => ({
      name,
      type: type?.replace(/ \| undefined$/, ''),
      ...originOf(unquoted(words ?? '')),
    }),
  )

/** What `events.json` of the dashboard has to be: each of the 19 with its declarations and its fields. */
export const declaredEvents = (): Record<string, object> => {
  const known = declarations()
  const withUsed = (name: string, seen = new Set<string>()): string[] => {
    const source = known.get(name)
    if (source === undefined || seen.has(name)) return []
    seen.add(name)
    const used = [...source.matchAll(/: (?:OpenEnum<)?([A-Z]\w+)/g)].map(([, other]) => other ?? '')
    return [source, ...used.flatMap((other) => withUsed(other, seen))]
  }
  const events = [...read('event-data').matchAll(/^ {2}'([\w.]+)': (\w+)$/gm)]
  return Object.fromEntries(
    events.map(([, type, name]) => [
      type,
      { source: withUsed(name ?? '').join('\n\n'), fields: fieldsOf(known.get(name ?? '') ?? '') },
    ]),
  )
}
