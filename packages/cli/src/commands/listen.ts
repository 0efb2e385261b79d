import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import type { CapturedRequest } from '../capture/captured-request.ts'
import { CliError, exitCodes } from '../errors/cli-error.ts'
import { endToEnd, sendRequest } from '../http/send-request.ts'
import { eventsMatching } from '../input/event-name.ts'
import { profileOf } from '../input/profile.ts'
import { type SecretOptions, secretIfGiven } from '../input/secret.ts'
import { lineBack, timeOfDay } from '../output/attempt-lines.ts'
import { type Output, type OutputOptions, outputOf } from '../output/output.ts'
import { checkFolder } from '../output/report-file.ts'
import type { World } from '../world/world.ts'
import type { ApiOptions } from './api-client.ts'
import { createHandIn } from './listen-inbox.ts'
import { type Checked, checkRequest, readRequest, saveRequest } from './listen-request.ts'

/** The options of `listen`. */
export interface ListenOptions extends OutputOptions, SecretOptions, ApiOptions {
  readonly port: number
  readonly forwardTo?: string | undefined
  /** Names and patterns: what else comes is answered, and left. */
  readonly events?: readonly string[] | undefined
  /** A folder: one file for each request. */
  readonly save?: string | undefined
  /** Whether to show each in the inbox of the dashboard of `dev`. */
  readonly inbox?: boolean | undefined
  /** The status to answer, where nothing is forwarded. */
  readonly respond: number
  /** Milliseconds before the answer. */
  readonly delay: number
  /** Ends after so many requests. */
  readonly count?: number | undefined
  readonly profile: string
  readonly timeout: number
}

/** What is answered to a request. */
interface Reply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  readonly ms: number
  /** Why there is no answer of the receiver. */
  readonly note?: string
}

const plain = (status: number, note?: string): Reply => ({
  status,
  headers: [],
  body: Buffer.alloc(0),
  ms: 0,
  ...(note !== undefined && { note }),
})

/** Forwards the bytes as they came; the path of the request is the receiver's own. */
const forward = async (
  { forwardTo, timeout }: ListenOptions & { readonly forwardTo: string },
  request: CapturedRequest,
  world: World,
): Promise<Reply> => {
  const result = await sendRequest({
    url: forwardTo,
    method: request.method,
    headers: request.headers,
    body: request.body,
    timeoutMs: timeout,
    signal: world.signal,
  })
  if (result.ok) {
    const reply = { ...result, headers: endToEnd(result.headers) }
    return result.isCut ? { ...reply, note: `cut after ${result.body.length} bytes` } : reply
  }
  const note = `${forwardTo} did not answer (${result.code})`
  return { ...plain(result.code === 'timeout' ? 504 : 502, note), ms: result.ms }
}

const send = (response: ServerResponse, { status, headers, body }: Reply): void => {
  const kept = headers.filter(([name]) => name.toLowerCase() !== 'content-length')
  response.writeHead(status, [...kept.flat(), 'content-length', String(body.length)]).end(body)
}

/** Without the query, which may hold what is secret; as text that a terminal can show. */
const pathOf = ({ url }: CapturedRequest): string =>
  (url.split('?', 1)[0] ?? '').replace(/[^!-~]/g, '?').slice(0, 200)

const show = (
  out: Output,
  request: CapturedRequest,
  { type, id, verdict, message }: Checked,
  reply: Reply,
  { saved, duplicate }: { readonly saved: string | undefined; readonly duplicate: boolean },
): void => {
  const { dim, green, red, cyan } = out.colors
  const isGood = verdict === 'verified'
  const at = request.at ?? 0
  const path = pathOf(request)
  const where = isGood ? '' : `${request.method} ${path}  `
  const words = isGood
    ? green(message)
    : verdict === undefined
      ? dim(message)
      : red(`${verdict}: ${message}`)
  out.data(
    {
      type,
      id,
      method: request.method,
      path,
      verified: verdict === undefined ? null : isGood,
      ...(verdict !== undefined && !isGood && { code: verdict }),
      duplicate,
      bytes: request.body.length,
      answer: reply.status,
      ...(saved !== undefined && { saved }),
      ...(reply.note !== undefined && { note: reply.note }),
    },
    [
      `${dim(timeOfDay(at))} ${cyan('-->')} ${type ?? 'no event'}  ${id}  ${where}${request.body.length} bytes${duplicate ? '  again' : ''}  ${words}`,
      lineBack(out.colors, {
        at: at + reply.ms,
        answer: reply.status,
        ms: reply.ms,
        notes: [reply.note, saved].flatMap((note) => note ?? []),
      }),
    ].join('\n'),
  )
}

/** Catches requests: verifies each and says why not, saves it, forwards its bytes and passes the answer back. */
export const listen = async (options: ListenOptions, world: World): Promise<number> => {
  const out = outputOf(world, options)
  const profile = profileOf(options.profile)
  const secret = await secretIfGiven(options, world, out, profile)
  if (secret === undefined) out.warn('There is no secret: requests are caught, and not verified.')
  const { forwardTo } = options
  const wanted: ReadonlySet<string> | undefined =
    options.events && new Set(options.events.flatMap(eventsMatching))
  const { save } = options
  if (save !== undefined) await checkFolder(world, '--save', save)
  const keep = async (...what: [CapturedRequest, Checked, number]): Promise<string | undefined> => {
    if (save === undefined) return undefined
    try {
      return await saveRequest(resolve(world.cwd, save), ...what)
    } catch (error) {
      // Whoever sent it is answered all the same.
      out.warn(`A request was not saved: ${error instanceof Error ? error.message : error}`)
      return undefined
    }
  }
  const handIn = options.inbox === true ? createHandIn(options, world, out) : undefined
  const seen = new Set<string>()
  const done = new AbortController()
  let number = 0

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const read = await readRequest(incoming, world.clock.now())
    if (read === undefined) return send(response, plain(413))
    const request = forwardTo === undefined ? read : { ...read, forwardedTo: forwardTo }
    const checked = await checkRequest(request, secret, profile)
    if (wanted !== undefined && !wanted.has(checked.type ?? ''))
      return send(response, plain(options.respond))
    number += 1
    const mine = number
    const saved = await keep(request, checked, mine)
    if (options.delay > 0) await world.clock.sleep(options.delay, world.signal)
    const reply =
      forwardTo === undefined
        ? plain(options.respond)
        : await forward({ ...options, forwardTo }, request, world)
    const isClosed = new Promise<void>((resolve) => response.on('close', resolve))
    send(response, reply)
    show(out, request, checked, reply, { saved, duplicate: seen.has(checked.id) })
    seen.add(checked.id)
    const forwarded = forwardTo && {
      url: forwardTo,
      statusCode: reply.status,
      durationMs: reply.ms,
    }
    await handIn?.(request, checked, forwarded || undefined)
    if (mine !== options.count) return
    await isClosed
    done.abort()
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      out.warn(`A request could not be read: ${error instanceof Error ? error.message : error}`)
      if (response.headersSent) response.destroy()
      else response.writeHead(400).end()
    })
  })
  try {
    const port = await new Promise<number>((listening, reject) => {
      server.once('error', reject)
      server.listen(options.port, '127.0.0.1', () => {
        const address = server.address()
        listening(typeof address === 'object' ? (address?.port ?? 0) : 0)
      })
    }).catch((error: unknown) => {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!isTaken) throw error
      throw new CliError(
        'port_taken',
        `Something listens on port ${options.port} already.`,
        'Pass --port 0 for any free port.',
      )
    })
    const where = `http://127.0.0.1:${port}`
    out.note(
      `Listening on ${where}${forwardTo === undefined ? '' : `, forwarding to ${forwardTo}`}`,
    )
    if (out.isJson) out.data({ event: 'ready', url: where }, undefined)
    await new Promise<void>((ended) => {
      const signal = AbortSignal.any([world.signal, done.signal])
      if (signal.aborted) ended()
      else signal.addEventListener('abort', () => ended())
    })
    return world.signal.aborted ? exitCodes.interrupted : exitCodes.ok
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
