import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folders of all installed packages, by id (`zod@4.6.7`), as pnpm lays them out.
 *
 * @param {string} root
 */
export const installedFolders = (root) => {
  const store = join(root, 'node_modules/.pnpm')
  const folders = new Map()
  for (const entry of readdirSync(store)) {
    const modules = join(store, entry, 'node_modules')
    // `@scope+name@1.0.0_peer@2.0.0`: beside the package lie links to what it needs.
    const [, key = ''] = /^(@?[^@]+@[^_(]+)/.exec(entry) ?? []
    const id = key.replace('+', '/')
    const folder = join(modules, id.slice(0, id.lastIndexOf('@')))
    if (id !== '' && !folders.has(id) && existsSync(join(folder, 'package.json')))
      folders.set(id, folder)
  }
  return folders
}

/** @param {string} folder */
export const manifestIn = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/**
 * The licence that a package.json states, as an SPDX expression.
 *
 * @param {{ license?: unknown, licenses?: unknown }} manifest
 */
export const licenceOf = ({ license, licenses }) => {
  if (typeof license === 'string') return license
  if (typeof license === 'object' && license !== null && 'type' in license)
    return String(license.type)
  // As it was written before SPDX.
  if (Array.isArray(licenses)) return licenses.map(({ type }) => type).join(' OR ')
  return undefined
}
