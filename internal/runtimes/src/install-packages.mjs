import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const cache = resolve(import.meta.dirname, '../../../.cache')

/**
 * Installs npm packages into a folder of the repository's cache, unless exactly these are there, so that the main
 * install stays small. Returns the folder.
 *
 * @param needed - paths in `node_modules` without which the folder counts as not installed
 */
export const installPackages = (name, packages, needed) => {
  const folder = join(cache, name)
  const manifest = join(folder, 'package.json')
  const wanted = JSON.stringify({ private: true, dependencies: packages }, null, 2)
  const isInstalled =
    existsSync(manifest) &&
    readFileSync(manifest, 'utf8') === wanted &&
    needed.every((path) => existsSync(join(folder, 'node_modules', path)))
  if (!isInstalled) {
    mkdirSync(folder, { recursive: true })
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
      { cwd: folder, stdio: 'inherit' },
    )
    if (status !== 0) throw new Error(`the packages of ${name} could not be installed`)
  }
  return folder
}
