import { connect } from 'node:net'

/**
 * Whether a server listens at an address. With `CI=true`, a missing server is an error: no suite may be
 * skipped there.
 */
export const reachable = async (name: string, url: string): Promise<boolean> => {
  const { hostname, port } = new URL(url)
  const found = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 1000 })
    const finish = (answer: boolean) => () => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', finish(true)).on('error', finish(false)).on('timeout', finish(false))
  })
  if (!found && process.env['CI'] === 'true')
    throw new Error(`${name} is not running at ${hostname}:${port}`)
  return found
}
