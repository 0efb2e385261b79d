import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Hono } from 'hono'
import type { DashboardEnv } from './env.ts'

const sources = {
  'app.css': {
    type: 'text/css; charset=utf-8',
    file: new URL('./assets/app.css', import.meta.url),
  },
  'app.js': {
    type: 'text/javascript; charset=utf-8',
    file: new URL('./assets/app.js', import.meta.url),
  },
  'icon.svg': { type: 'image/svg+xml', file: new URL('./assets/icon.svg', import.meta.url) },
  'htmx.js': {
    type: 'text/javascript; charset=utf-8',
    file: createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'),
  },
} as const

/** The files that pages load: all of them come from this package and its dependencies. */
export interface Assets {
  /** The path of a file, with its version in it. */
  path(name: keyof typeof sources): string
}

/** Serves the files under a path that names their version, so that browsers may keep them. */
export const serveAssets = (app: Hono<DashboardEnv>): Assets => {
  const files = Object.entries(sources).map(([name, { type, file }]) => ({
    name,
    type,
    bytes: readFileSync(typeof file === 'string' ? file : fileURLToPath(file)),
  }))
  const hash = createHash('sha256')
  for (const { bytes } of files) hash.update(bytes)
  const version = hash.digest('hex').slice(0, 12)
  for (const { name, type, bytes } of files) {
    app.get(`/assets/${version}/${name}`, () => {
      const headers = {
        'content-type': type,
        'cache-control': 'public, max-age=31536000, immutable',
      }
      return new Response(new Uint8Array(bytes), { headers })
    })
  }
  return { path: (name) => `/assets/${version}/${name}` }
}
