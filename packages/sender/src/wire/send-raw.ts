import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { type NetworkErrorCode, networkError, type PostResult, readBytes } from './answer.ts'
import { parseAnswer } from './parse-answer.ts'
import { hostOf, type Route } from './route.ts'
import type { StartingLine } from './starting-line.ts'
import { trusted } from './trusted.ts'
import type { WirePlan } from './wire-plan.ts'

/** A connection: the socket to write to, and the TCP socket below it, which differ over TLS. */
interface Line {
  readonly socket: Socket
  readonly tcp: Socket
  readonly secure: boolean
}

const open = ({ url }: WirePlan, { lookup, ca }: Route): Line => {
  const { protocol, port } = new URL(url)
  const secure = protocol === 'https:'
  const host = hostOf(url)
  const tcp = connectTcp({
    host,
    port: Number(port || (secure ? 443 : 80)),
    ...(lookup && { lookup }),
  })
  if (!secure) return { socket: tcp, tcp, secure }
  // RFC 6066 does not allow an address as the server name.
  const name = isIP(host) === 0 ? { servername: host } : {}
  return { socket: connectTls({ socket: tcp, host, ...name, ...trusted(ca) }), tcp, secure }
}

const headOf = (plan: WirePlan): Buffer => {
  const { host, pathname, search } = new URL(plan.url)
  const framing =
    plan.framing === 'length'
      ? `content-length: ${plan.body.length}\r\n`
      : plan.framing === 'chunked'
        ? 'transfer-encoding: chunked\r\n'
        : ''
  const lines = plan.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(
    `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${lines}${framing}connection: close\r\n\r\n`,
    'latin1',
  )
}

/** Writes bytes, at most `perSecond`, until the socket is closed. */
const drip = async (
  socket: Socket,
  bytes: Uint8Array,
  perSecond: number | undefined,
): Promise<void> => {
  if (perSecond === undefined) {
    socket.write(bytes)
    return
  }
  const step = Math.max(1, Math.round(perSecond / 20))
  for (let at = 0; at < bytes.length && socket.writable; at += step) {
    socket.write(bytes.subarray(at, at + step))
    await sleep((step / perSecond) * 1000)
  }
}

/** The bytes of a body in chunks of 7, which split characters. */
const chunked = (body: Uint8Array): Buffer => {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < body.length; at += 7) {
    const piece = body.subarray(at, at + 7)
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')])
}

/** Writes the plan to the socket, and closes it where the plan says. */
const write = async (
  { socket, tcp }: Line,
  plan: WirePlan,
  line: StartingLine | undefined,
): Promise<void> => {
  const { cut } = plan
  const body = plan.framing === 'chunked' ? chunked(plan.body) : plan.body
  if (cut === 'beforeRequest') return void socket.destroy()
  const head = headOf(plan)
  if (cut === 'midHeaders') {
    socket.write(head.subarray(0, Math.floor(head.length / 2)), () => socket.destroy())
    return
  }
  await drip(socket, head, plan.headersBytesPerSecond)
  if (typeof cut === 'number') {
    // A reset overtakes bytes that the receiver has not read yet.
    socket.write(body.subarray(0, cut), () => setTimeout(() => tcp.resetAndDestroy(), 20))
    return
  }
  if (line === undefined) await drip(socket, body, plan.bodyBytesPerSecond)
  else {
    await drip(socket, body.subarray(0, -1), plan.bodyBytesPerSecond)
    await line.ready()
    socket.write(body.subarray(-1))
  }
  // The connection is half closed: the receiver has everything, and its answer is lost.
  if (cut === 'afterBody') socket.end(() => setTimeout(() => socket.destroy(), 50))
}

/** Sends a plan on its own socket. Never throws. */
export const sendRaw = (plan: WirePlan, route: Route): Promise<PostResult> =>
  new Promise((resolve) => {
    const line = open(plan, route)
    const { socket, tcp, secure } = line
    const chunks: Buffer[] = []
    let length = 0
    let settled = false
    const finish = (result: PostResult): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      clearTimeout(connectTimer)
      route.signal?.removeEventListener('abort', abort)
      socket.destroy()
      tcp.destroy()
      resolve(result)
    }
    const giveUp = (code: NetworkErrorCode, message: string) => (): void =>
      finish({ ok: false, code, message })
    const timer = setTimeout(
      giveUp('timeout', `no complete answer within ${plan.timeoutMs} ms`),
      plan.timeoutMs,
    )
    const connectTimer = setTimeout(
      giveUp('connect_timeout', `no connection within ${route.connectTimeoutMs} ms`),
      route.connectTimeoutMs,
    )
    const abort = giveUp('aborted', 'aborted by the caller')
    route.signal?.addEventListener('abort', abort)
    const ended = (): void =>
      plan.cut === undefined
        ? finish(parseAnswer(Buffer.concat(chunks)))
        : finish({ ok: false, code: 'connection_reset', message: 'closed on purpose' })
    const failed = (error: Error): void =>
      length > 0 && plan.cut === undefined ? ended() : finish(networkError(error))
    tcp.once('connect', () => clearTimeout(connectTimer))
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      write(line, plan, route.startingLine).catch(failed)
    })
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      length += chunk.length
      // The status is enough: an endless answer is not awaited.
      if (length > readBytes) ended()
    })
    socket.on('end', ended)
    socket.on('close', ended)
    socket.on('error', failed)
    if (secure) tcp.on('error', failed)
  })
