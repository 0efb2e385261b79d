import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { refusedAddress } from './route.ts'

const limitMs = 5000
const limitBytes = 4 * 1024 * 1024

/** Gets JSON. Follows no redirect; rejects any other status than 200, after 5 s, above 4 MiB, and for an address that the lookup does not give out. */
export const getJson = async (url: string, lookup?: LookupFunction): Promise<unknown> => {
  const route = { lookup, connectTimeoutMs: limitMs, signal: undefined }
  const refused = await refusedAddress(url, route)
  if (refused?.ok === false) throw new Error(`${url}: ${refused.message}`)
  const text = await new Promise<string>((resolve, reject) => {
    const options = {
      // A connection that is kept, and asked on, keeps a server from closing.
      agent: false,
      ...(lookup && { lookup }),
      signal: AbortSignal.timeout(limitMs),
    }
    const request = (url.startsWith('https:') ? getHttps : getHttp)(url, options, (response) => {
      if (response.statusCode !== 200) {
        request.destroy(new Error(`${url} answered ${response.statusCode}`))
        return
      }
      const chunks: Uint8Array[] = []
      let length = 0
      response.on('data', (chunk: Uint8Array) => {
        chunks.push(chunk)
        length += chunk.length
        if (length > limitBytes) request.destroy(new Error(`${url} answered too much`))
      })
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      response.on('error', reject)
    })
    // Nothing else comes after 101 where nobody takes the connection over.
    request.on('upgrade', (_, socket) => {
      socket.destroy()
      reject(new Error(`${url} answered 101`))
    })
    request.on('error', reject)
  })
  return JSON.parse(text)
}
