import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between a client and its server, and breaks their connection on demand. */
export interface BreakableProxy {
  readonly port: number
  /** Cuts every connection at the server's next answer, which is lost. */
  loseNextAnswer(): void
  /** Cuts every connection and refuses new ones, until `mend`. */
  cut(): void
  mend(): void
  /** Lets nothing through on the connections that are open, and tells neither end, as a host that has lost its power. */
  silence(): void
  /** Sends new connections to another server, as a virtual address does after a failover, and cuts the old ones. */
  moveTo(port: number): void
  close(): Promise<void>
}

/** Starts a proxy in front of a server on loopback. */
export const startProxy = async (firstPort: number): Promise<BreakableProxy> => {
  const sockets = new Set<Socket>()
  let targetPort = firstPort
  let losing = false
  let down = false
  let silenced = 0
  let opened = 0
  const drop = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const track = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  }
  const server = createServer((client) => {
    track(client)
    if (down) {
      client.destroy()
      return
    }
    const upstream = connect(targetPort, '127.0.0.1')
    track(upstream)
    const number = ++opened
    client.on('data', (chunk) => {
      if (number > silenced) upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (number <= silenced) return
      if (losing) {
        losing = false
        drop()
      } else client.write(chunk)
    })
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    loseNextAnswer: () => {
      losing = true
    },
    cut: () => {
      down = true
      drop()
    },
    mend: () => {
      down = false
    },
    silence: () => {
      silenced = opened
    },
    moveTo: (to) => {
      targetPort = to
      drop()
    },
    close: async () => {
      drop()
      server.close()
      await once(server, 'close')
    },
  }
}
