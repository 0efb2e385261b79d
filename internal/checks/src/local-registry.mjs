import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The longest that the registry behind this one may take to begin its answer, in milliseconds. */
const upstreamMs = 60_000

/** What a registry says about one packed package. */
const packumentOf = (tarballs, file, base) => {
  const path = join(tarballs, file)
  const manifest = JSON.parse(
    execFileSync('tar', ['-xOzf', path, 'package/package.json'], { encoding: 'utf8' }),
  )
  const integrity = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`
  const dist = { tarball: `${base}/packed/${file}`, integrity }
  return {
    name: manifest.name,
    'dist-tags': { latest: manifest.version },
    // Package managers wait with what was published a moment ago.
    time: { [manifest.version]: '2026-01-01T00:00:00.000Z' },
    versions: { [manifest.version]: { ...manifest, dist } },
  }
}

const passOn = async (upstream, request, response) => {
  const answer = await fetch(new URL(request.url.slice(1), upstream), {
    headers: { accept: request.headers.accept ?? '*/*' },
    signal: AbortSignal.timeout(upstreamMs),
  })
  const type = answer.headers.get('content-type')
  response.writeHead(answer.status, type === null ? {} : { 'content-type': type })
  await pipeline(answer.body ?? [], response)
}

/** The registry that npm is set to use. */
export const configuredRegistry = () =>
  execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()

/**
 * A registry on loopback that has the packed packages as if they were published, and passes everything else on: so
 * that the commands of a guide run as they are written.
 *
 * @param {string} tarballs the folder of tarballs
 * @param {string} upstream the registry that has everything else
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export const startRegistry = async (tarballs, upstream) => {
  const packuments = new Map()
  const server = createServer((request, response) => {
    const failed = () => response.destroy()
    const name = decodeURIComponent(request.url ?? '/').slice(1)
    const packument = packuments.get(name)
    if (request.method !== 'GET') response.writeHead(404).end('{}')
    else if (packument !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(packument))
    } else if (name.startsWith('packed/')) {
      pipeline(createReadStream(join(tarballs, name.slice('packed/'.length))), response).catch(
        failed,
      )
    } else passOn(upstream, request, response).catch(failed)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${server.address().port}`
  for (const file of readdirSync(tarballs).filter((one) => one.endsWith('.tgz'))) {
    const packument = packumentOf(tarballs, file, url)
    packuments.set(packument.name, packument)
  }
  return {
    url,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
