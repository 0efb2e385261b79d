import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What forged requests were answered. */
export interface Forged {
  readonly sent: number
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<string, number>
}

/** One request as its bytes: made once, so that sending it costs next to nothing. */
const requestOf = (address: string): string => {
  const body = '{"type":"chat.message","data":{}}'
  return [
    'POST / HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    'webhook-id: msg_forged',
    `webhook-timestamp: ${Math.floor(Date.now() / 1000)}`,
    `webhook-signature: v1,${Buffer.alloc(32, 7).toString('base64')}`,
    `x-forwarded-for: ${address}`,
    `content-length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** Sends forged requests from one address, so many a second, over kept connections, until it is told to stop. */
export const forge = async (
  port: number,
  address: string,
  perSecond: number,
  signal: AbortSignal,
): Promise<Forged> => {
  const statuses = new Map<string, number>()
  const sockets: Socket[] = Array.from({ length: 20 }, () => connect({ port, host: '127.0.0.1' }))
  for (const socket of sockets) {
    await once(socket, 'connect')
    socket.on('error', () => {}).setEncoding('latin1')
    socket.on('data', (text: string) => {
      for (const [, status = ''] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    })
  }
  const request = requestOf(address)
  const startedAt = performance.now()
  let sent = 0
  while (!signal.aborted) {
    const due = ((performance.now() - startedAt) * perSecond) / 1000
    for (; sent < due; sent++) sockets[sent % sockets.length]?.write(request)
    await sleep(5)
  }
  // The last answers are on their way.
  await sleep(500)
  for (const socket of sockets) socket.destroy()
  return { sent, statuses }
}
