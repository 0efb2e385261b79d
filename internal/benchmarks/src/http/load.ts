import { once } from 'node:events'
import { connect } from 'node:net'

/** How fast a server answered. */
export interface Load {
  readonly perSecond: number
  /** Answers that were not 200. */
  readonly wrong: number
}

/**
 * Sends requests, one after another on each of a few kept-alive connections. They are prepared as bytes, so
 * that sending costs next to nothing.
 *
 * @param sleeps - lets other processes have its core while it waits; two cores are too few for a server, its database and
 *   a load that is always awake
 */
export const load = async (
  port: number,
  requests: readonly Buffer[],
  connections = 32,
  sleeps = false,
): Promise<Load> => {
  let next = 0
  let wrong = 0
  const lane = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay()
    await once(socket, 'connect')
    await new Promise<void>((resolve, reject) => {
      let pending = ''
      const send = (): void => {
        const request = requests[next++]
        if (request === undefined) {
          socket.end()
          resolve()
        } else socket.write(request)
      }
      socket.on('data', (chunk) => {
        pending += chunk.toString('latin1')
        const end = pending.indexOf('\r\n\r\n')
        if (end < 0) return
        const [, length] = /content-length: (\d+)/i.exec(pending) ?? []
        const whole =
          length === undefined
            ? pending.endsWith('0\r\n\r\n')
            : pending.length >= end + 4 + Number(length)
        if (!whole) return
        if (!pending.startsWith('HTTP/1.1 200')) wrong++
        pending = ''
        send()
      })
      socket.on('error', reject)
      send()
    })
  }
  // Awake all the time: on a virtual machine, waking up a sleeping process costs more than the server's own work.
  let loading = !sleeps
  const spin = (): void => {
    if (loading) setImmediate(spin)
  }
  spin()
  const startedAt = performance.now()
  try {
    await Promise.all(Array.from({ length: connections }, lane))
  } finally {
    loading = false
  }
  return { perSecond: (requests.length * 1000) / (performance.now() - startedAt), wrong }
}
