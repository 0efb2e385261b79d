import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { keptBytes, networkError, type PostResult } from './answer.ts'
import type { Route } from './send.ts'
import type { WirePlan } from './wire-plan.ts'

const open = (plan: WirePlan, { lookup }: Route): Socket => {
  const { protocol, hostname, port } = new URL(plan.url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const common = { host, ...(lookup && { lookup }) }
  return protocol === 'https:'
    ? connectTls({ ...common, port: Number(port || 443), servername: host })
    : connectTcp({ ...common, port: Number(port || 80) })
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

/** Writes bytes, no more than so many a second, until the socket is closed. */
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

const parseAnswer = (bytes: Buffer): PostResult => {
  const text = bytes.toString('latin1')
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(text) ?? []
  const end = text.indexOf('\r\n\r\n')
  if (status === undefined || end < 0) {
    return { ok: false, code: 'connection_reset', message: 'closed without an answer' }
  }
  const headers = Object.fromEntries(
    text
      .slice(0, end)
      .split('\r\n')
      .slice(1)
      .map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
  )
  const body = bytes.subarray(end + 4)
  return {
    ok: true,
    response: {
      statusCode: Number(status),
      headers,
      body: body.subarray(0, keptBytes).toString(),
      truncated: body.length > keptBytes,
    },
  }
}

/** Writes what the plan says onto the socket, and closes it where the plan says. */
const write = async (socket: Socket, plan: WirePlan): Promise<void> => {
  const { cut, body } = plan
  if (cut === 'beforeRequest') return void socket.destroy()
  const head = headOf(plan)
  if (cut === 'midHeaders') {
    socket.write(head.subarray(0, Math.floor(head.length / 2)), () => socket.destroy())
    return
  }
  await drip(socket, head, plan.headersBytesPerSecond)
  if (typeof cut === 'number') {
    // A reset overtakes bytes that the receiver has not read yet.
    socket.write(body.subarray(0, cut), () => setTimeout(() => socket.resetAndDestroy(), 20))
    return
  }
  await drip(socket, body, plan.bodyBytesPerSecond)
  // A half-closed connection: the receiver has all of it, and its answer goes nowhere.
  if (cut === 'afterBody') socket.end(() => setTimeout(() => socket.destroy(), 50))
}

/** Sends a plan on a socket of its own. Never throws. */
export const sendRaw = (plan: WirePlan, route: Route): Promise<PostResult> =>
  new Promise((resolve) => {
    const socket = open(plan, route)
    const chunks: Buffer[] = []
    let length = 0
    let settled = false
    const finish = (result: PostResult): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    const timer = setTimeout(
      () =>
        finish({
          ok: false,
          code: 'timeout',
          message: `no complete answer within ${plan.timeoutMs} ms`,
        }),
      plan.timeoutMs,
    )
    const ended = (): void =>
      plan.cut === undefined
        ? finish(parseAnswer(Buffer.concat(chunks)))
        : finish({ ok: false, code: 'connection_reset', message: 'closed on purpose' })
    socket.once(Object.hasOwn(socket, 'encrypted') ? 'secureConnect' : 'connect', () => {
      write(socket, plan).catch((error: NodeJS.ErrnoException) => finish(networkError(error)))
    })
    socket.on('data', (chunk) => {
      if (length < 2 * keptBytes) chunks.push(chunk)
      length += chunk.length
    })
    socket.on('end', ended)
    socket.on('close', ended)
    socket.on('error', (error) =>
      length > 0 && plan.cut === undefined ? ended() : finish(networkError(error)),
    )
  })
