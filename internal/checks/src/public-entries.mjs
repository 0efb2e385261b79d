import { join } from 'node:path'
import { publishedPackages } from './published-packages.mjs'

/**
 * Every name by which a user imports from a published package, with the source behind it.
 *
 * @param {string} root
 * @returns {{ name: string, folder: string, source: string }[]} `name` as in an import, such as `@ainexlayer/webhooks/node`
 */
export const publicEntries = (root) =>
  publishedPackages(root).flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports).flatMap(([subpath, target]) => {
      const source = target['@ainexlayer/source']
      return source === undefined
        ? []
        : [{ name: join(manifest.name, subpath), folder, source: join(folder, source) }]
    }),
  )
