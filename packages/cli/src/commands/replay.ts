import { sign } from '@ainexlayer/webhooks'
import { newMessageId } from '@ainexlayer/webhooks-sender'
import type { CapturedRequest } from '../capture/captured-request.ts'
import { CliError, exitCodes, usageError } from '../errors/cli-error.ts'
import { type SendResult, sendRequest } from '../http/send-request.ts'
import { type Secret, type SecretOptions, secretOf } from '../input/secret.ts'
import { type Wire, wireOf } from '../input/wire.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import { table } from '../output/table.ts'
import type { World } from '../world/world.ts'
import type { ApiOptions } from './api-client.ts'
import { checkRequest } from './listen-request.ts'
import { type Source, sourcesOf } from './replay-sources.ts'

/** The options of `replay`. */
export interface ReplayOptions extends OutputOptions, SecretOptions, ApiOptions {
  /** A file, a folder, or the id of a delivery. */
  readonly what: string
  readonly to?: string | undefined
  /** With the signature that it has. */
  readonly asIs?: boolean | undefined
  /** Signed anew: the default. */
  readonly resign?: boolean | undefined
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

/** The request with a signature of now; its id stays. */
const resigned = async (
  request: CapturedRequest,
  id: string,
  secret: Secret,
  { profile }: Wire,
  world: World,
): Promise<CapturedRequest> => {
  const headers = await sign({
    id: /^[!-~]{1,256}$/.test(id) && !/[.,]/.test(id) ? id : newMessageId(),
    signedAt: Math.floor(world.clock.now() / 1000),
    body: request.body,
    secret: { value: secret.value, ...(secret.encoding && { encoding: secret.encoding }) },
    profile,
  })
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  const kept = request.headers.filter(([name]) => !names.includes(name.toLowerCase()))
  return { ...request, headers: [...kept, ...Object.entries(headers)] }
}

const targetOf = ({ to }: ReplayOptions, { name, url }: Source): string => {
  const target = to ?? url
  if (target !== undefined) return target
  throw usageError(`${name} does not say where it went.`, 'Pass --to URL.')
}

const isDelivered = (result: SendResult): boolean =>
  result.ok && result.status >= 200 && result.status < 300

/** Sends again what was captured, and says what came back. */
export const replay = async (options: ReplayOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  if (options.asIs && options.resign) throw usageError('--as-is and --resign exclude each other.')
  if (options.speed !== undefined && options.concurrency > 1)
    throw usageError('--speed and --concurrency exclude each other.')
  const wire = wireOf(options.profile)
  const sources = await sourcesOf(options.what, options, world, out)
  const secret = options.asIs ? undefined : await secretOf(options, world, out)
  const repeated = Array.from({ length: options.repeat }, () => sources).flat()
  const order = options.shuffle ? shuffled(repeated) : repeated
  const rows: (readonly string[])[] = []
  const results: SendResult[] = []
  const send = async (index: number, source: Source): Promise<void> => {
    const before = order[index - 1]?.request.at
    const { at } = source.request
    if (options.speed !== undefined && before !== undefined && at !== undefined && at > before) {
      await world.clock.sleep((at - before) / options.speed, world.signal)
    }
    const { id, type = 'no event' } = await checkRequest(source.request, undefined, wire)
    const request =
      secret === undefined
        ? source.request
        : await resigned(source.request, id, secret, wire, world)
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
    if (out.isJson)
      out.data(
        { id, type, answer, ms, delivered: isDelivered(result), source: source.name },
        undefined,
      )
    rows.push([id, type, String(answer), String(ms)])
  }
  // The lanes take from one iterator.
  const waiting = order.entries()
  const lane = async (): Promise<void> => {
    for (const [index, source] of waiting) await send(index, source)
  }
  await Promise.all(Array.from({ length: options.concurrency }, lane))
  if (!out.isJson) out.data({}, table(out, ['id', 'type', 'answer', 'ms'], rows))
  if (
    results.every((result) => !result.ok && ['connect_refused', 'dns', 'tls'].includes(result.code))
  ) {
    throw new CliError(
      'unreachable',
      'Nothing could be reached.',
      'Start the receiver, and check --to.',
    )
  }
  return results.every(isDelivered) ? exitCodes.ok : exitCodes.failed
}
