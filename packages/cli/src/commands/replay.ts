import { newMessageId } from '@ainexlayer/webhooks-sender'
import { CliError, exitCodes, usageError } from '../errors/cli-error.ts'
import { type SendResult, sendRequest } from '../http/send-request.ts'
import { profileOf } from '../input/profile.ts'
import { type SecretOptions, secretOf } from '../input/secret.ts'
import { outcomeIn } from '../output/answer-outcome.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { table } from '../output/table.ts'
import type { World } from '../world/world.ts'
import type { ApiOptions } from './api-client.ts'
import { checkRequest } from './listen-request.ts'
import { renamed, resigned, whyNotResigned } from './replay-request.ts'
import { type Source, sourcesOf } from './replay-sources.ts'

/** The options of `replay`. */
export interface ReplayOptions extends OutputOptions, SecretOptions, ApiOptions {
  /** A file, a folder, or the id of a delivery. */
  readonly what: string
  readonly to?: string | undefined
  /** With the signature that it has. */
  readonly asIs?: boolean | undefined
  /** Signed anew, even what did not verify: without it only what verifies is signed anew. */
  readonly resign?: boolean | undefined
  /** Under a new id each, so that it is handled again. */
  readonly newId?: boolean | undefined
  /** 2 is twice as fast as they came; without it there is no pause. */
  readonly speed?: number | undefined
  readonly shuffle?: boolean | undefined
  /** How many are under way at once. */
  readonly concurrency: number
  readonly repeat: number
  readonly profile: string
  readonly timeout: number
}

/** The order at random: Fisher and Yates. */
const shuffled = <Item>(items: readonly Item[]): readonly Item[] => {
  const list = [...items]
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    const [one, two] = [list[at], list[other]]
    if (one !== undefined && two !== undefined) [list[at], list[other]] = [two, one]
  }
  return list
}

const targetOf = ({ to }: ReplayOptions, { name, url }: Source): string => {
  const target = to ?? url
  if (target !== undefined) return target
  throw usageError(`${name} does not say where it was sent or forwarded to.`, 'Pass --to URL.')
}

const isDelivered = (result: SendResult): boolean =>
  result.ok && result.status >= 200 && result.status < 300

/** Sends again what was captured, and says what came back. */
export const replay = async (options: ReplayOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  if (options.asIs && options.resign) throw usageError('--as-is and --resign exclude each other.')
  if (options.asIs && options.newId)
    throw usageError('--as-is and --new-id exclude each other.', 'A new id needs a new signature.')
  if (options.speed !== undefined && options.concurrency > 1)
    throw usageError('--speed and --concurrency exclude each other.')
  const profile = profileOf(options.profile)
  const sources = await sourcesOf(options.what, options, world, out)
  const secret = options.asIs ? undefined : await secretOf(options, world, out, profile)
  for (const source of sources) targetOf(options, source)
  let skipped = 0
  const sendable: Source[] = []
  for (const source of sources) {
    const why =
      secret === undefined || options.resign
        ? undefined
        : await whyNotResigned(source, secret, profile)
    if (why === undefined) {
      sendable.push(source)
      continue
    }
    skipped += 1
    if (out.isJson) out.data({ source: source.name, skipped: why }, undefined)
    out.warn(
      `${source.name} is left out: it did not verify when it came (${why}), and a new signature would make it genuine. Pass --as-is to send it as it came, or --resign to sign it all the same.`,
    )
  }
  if (sendable.length === 0) return exitCodes.failed
  const repeated = Array.from({ length: options.repeat }, () => sendable).flat()
  const order = options.shuffle ? shuffled(repeated) : repeated
  const rows: (readonly string[])[] = []
  const results: SendResult[] = []
  const send = async (index: number, source: Source): Promise<void> => {
    const before = order[index - 1]?.request.at
    const { at } = source.request
    if (options.speed !== undefined && before !== undefined && at !== undefined && at > before) {
      await world.clock.sleep((at - before) / options.speed, world.signal)
    }
    const known = await checkRequest(source.request, undefined, profile)
    const { type = 'no event' } = known
    const id = options.newId ? newMessageId() : known.id
    const captured = options.newId ? renamed(source.request, id) : source.request
    const request =
      secret === undefined ? captured : await resigned(captured, id, secret, profile, world)
    const { method, headers, body } = request
    const result = await sendRequest({
      url: targetOf(options, source),
      method,
      headers,
      body,
      timeoutMs: options.timeout,
      signal: world.signal,
    })
    world.signal.throwIfAborted()
    results.push(result)
    const answer = result.ok ? result.status : result.code
    const ms = Math.round(result.ms)
    const outcome = result.ok ? outcomeIn(result.body) : undefined
    if (out.isJson)
      out.data(
        {
          id,
          type,
          answer,
          ...(outcome !== undefined && { outcome }),
          ms,
          delivered: isDelivered(result),
          source: source.name,
        },
        undefined,
      )
    rows.push([id, type, String(answer), outcome ?? '-', String(ms)])
  }
  // The lanes take from one iterator.
  const waiting = order.entries()
  const lane = async (): Promise<void> => {
    for (const [index, source] of waiting) await send(index, source)
  }
  await Promise.all(Array.from({ length: options.concurrency }, lane))
  if (!out.isJson) out.data({}, table(out, ['id', 'type', 'answer', 'outcome', 'ms'], rows))
  if (
    results.every((result) => !result.ok && ['connect_refused', 'dns', 'tls'].includes(result.code))
  ) {
    throw new CliError(
      'unreachable',
      'Nothing could be reached.',
      'Start the receiver, and check --to.',
    )
  }
  return skipped === 0 && results.every(isDelivered) ? exitCodes.ok : exitCodes.failed
}
