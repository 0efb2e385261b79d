import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Every package that is published: its folder and its package.json.
 *
 * @param {string} root
 * @returns {{ folder: string, manifest: { name: string, version: string, [field: string]: unknown } }[]}
 */
export const publishedPackages = (root) =>
  readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    }))
    .filter(({ manifest }) => !manifest.private)

/**
 * The file that packing a package makes.
 *
 * @param {string} tarballs the folder of tarballs
 * @param {{ name: string, version: string }} manifest
 */
export const tarballOf = (tarballs, { name, version }) =>
  join(tarballs, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)

/**
 * The arguments of `pnpm` that pack the package of the current folder.
 *
 * @param {string} tarballs the folder of tarballs
 */
export const packArguments = (tarballs) => ['pack', '--pack-destination', tarballs]

/**
 * Packs every published package into a folder, as `pnpm publish` does.
 *
 * @param {string} root
 * @param {string} tarballs the folder of tarballs
 */
export const packAll = (root, tarballs) => {
  mkdirSync(tarballs, { recursive: true })
  for (const { folder } of publishedPackages(root)) {
    const { status, stdout, stderr } = spawnSync('pnpm', packArguments(tarballs), {
      cwd: folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${folder} could not be packed: ${stdout}${stderr}`)
  }
}
