import type { Entry, Place } from './place.ts'

/** How many entries of each place are listed, and replayed with `all`. */
const limit = 100

export const usage =
  'list [place] | inspect <place> <key> | replay <place> <key> | replay <place> all'

/** Ids, types and reasons hold what a sender wrote: nothing of it may steer the terminal. */
const plain = (text: string | undefined): string => (text ?? '-').replace(/\p{Cc}/gu, '?')

const lineOf = ({ place, key, endpoint, id, type, reason, since }: Entry): string =>
  [place, key, since?.toISOString(), endpoint, id, type, reason].map(plain).join('  ')

/** The event as it was sent. Whoever may run this may read payloads. */
const inspect = async (place: Place, key: string): Promise<string[]> => {
  const job = await place.read(key)
  if (job === undefined) return [`${place.name} has no ${plain(key)}`]
  const { endpoint, id, secretId, signedAt, receivedAtMs, rawBody } = job
  const signed = signedAt === undefined ? '-' : new Date(signedAt * 1000).toISOString()
  return [
    `endpoint  ${plain(endpoint)}`,
    `id        ${plain(id)}`,
    `secret    ${plain(secretId)}`,
    `signed    ${signed}`,
    `received  ${new Date(receivedAtMs).toISOString()}`,
    // JSON escapes some of what steers a terminal, and not all of it.
    ...JSON.stringify(JSON.parse(new TextDecoder().decode(rawBody)), null, 2)
      .split('\n')
      .map(plain),
  ]
}

const replay = async (place: Place, key: string): Promise<string[]> => {
  const keys = key === 'all' ? (await place.list(limit)).map((entry) => entry.key) : [key]
  const lines: string[] = []
  // One after another: what made them fail may have been too much at once.
  for (const one of keys) lines.push(`${place.name}  ${plain(one)}  ${await place.replay(one)}`)
  return lines
}

/** Runs one command; gives back the lines to print, or undefined when it is none. */
export const operate = async (
  places: readonly Place[],
  [command = 'list', name, key]: readonly string[],
): Promise<string[] | undefined> => {
  const place = places.find((one) => one.name === name)
  if (command === 'list' && (name === undefined || place !== undefined)) {
    const asked = place === undefined ? places : [place]
    const lists = await Promise.all(asked.map((one) => one.list(limit)))
    return lists.flat().map(lineOf)
  }
  if (place === undefined || key === undefined) return undefined
  if (command === 'inspect') return inspect(place, key)
  if (command === 'replay') return replay(place, key)
  return undefined
}
