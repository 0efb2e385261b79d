import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { publishedPackages } from '@ainexlayer/webhooks-checks/published-packages'
import { parse } from 'yaml'

/**
 * A package that comes along when one of ours is installed.
 *
 * @typedef {object} Resolved
 * @property {string} id as in the lockfile, without peers: `zod@4.6.7`
 * @property {string} name
 * @property {string} version
 * @property {string | undefined} integrity of the tarball; none for a package of this workspace
 * @property {string | undefined} folder of a package of this workspace
 * @property {readonly string[]} needs the ids of what it depends on in production
 * @property {boolean} optional whether it is left out where it does not fit the system, in every way to it
 */

/** `zod@4.6.7` of `zod@4.6.7(peer@1.0.0)`. */
const withoutPeers = (key) => key.replace(/\(.*$/, '')

/**
 * What the lockfile resolves for production, for each published package: its `dependencies` and theirs, on every
 * system, and its peers among our packages. Other peers are the user's own and stay out.
 *
 * @param {string} root
 */
export const productionGraph = (root) => {
  const lockfile = parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'))
  const published = publishedPackages(root).map(({ folder, manifest }) => ({
    folder,
    name: manifest.name,
    version: manifest.version,
    importer: relative(root, folder),
    peers: Object.keys(Object(manifest['peerDependencies'])),
  }))
  const ofFolder = new Map(published.map((one) => [one.folder, one]))
  const idOf = ({ name, version }) => `${name}@${version}`

  /** The keys of the lockfile, or folders of this workspace, behind a map of dependencies. */
  const edges = (from, map, optional) =>
    Object.entries(map ?? {}).map(([name, value]) => {
      const version = typeof value === 'string' ? value : value.version
      if (version.startsWith('link:')) return { key: join(from, version.slice(5)), optional }
      // An alias stands in the lockfile as `other@1.0.0`, anything else as its version alone.
      const key = /^(@[^/]+\/)?[^@(]+@/.test(version) ? version : `${name}@${version}`
      return { key, optional }
    })
  const edgesOf = (key) => {
    const ours = ofFolder.get(key)
    const { dependencies, optionalDependencies, devDependencies } = ours
      ? lockfile.importers[ours.importer]
      : (lockfile.snapshots[key] ?? {})
    const ownPeers = edges(key, devDependencies, false).filter(({ key: target }) =>
      ours?.peers.includes(ofFolder.get(target)?.name ?? ''),
    )
    return [
      ...edges(key, dependencies, false),
      ...edges(key, optionalDependencies, true),
      ...ownPeers,
    ]
  }
  const resolved = (key, optional) => {
    const ours = ofFolder.get(key)
    const id = ours ? idOf(ours) : withoutPeers(key)
    const at = id.lastIndexOf('@')
    return {
      id,
      name: id.slice(0, at),
      version: id.slice(at + 1),
      integrity: lockfile.packages[id]?.resolution?.integrity,
      folder: ours?.folder,
      needs: edgesOf(key)
        .map((edge) => ofFolder.get(edge.key) ?? edge.key)
        .map((target) => (typeof target === 'string' ? withoutPeers(target) : idOf(target))),
      optional,
    }
  }

  return published.map((one) => {
    /** @type {Map<string, Resolved>} */
    const found = new Map()
    const waiting = [{ key: one.folder, optional: false }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { key, optional } = next
      const entry = resolved(key, optional)
      const before = found.get(entry.id)
      if (before !== undefined && (optional || !before.optional)) continue
      found.set(entry.id, entry)
      for (const edge of edgesOf(key))
        waiting.push({ key: edge.key, optional: optional || edge.optional })
    }
    const [self, ...others] = found.values()
    return {
      self: /** @type {Resolved} */ (self),
      others: others.sort((a, b) => (a.id < b.id ? -1 : 1)),
    }
  })
}

/**
 * What the lockfile holds of a package by its id, for code that is built in and not depended on.
 *
 * @param {string} root
 * @param {string} id
 * @returns {string | undefined} the integrity of its tarball
 */
export const integrityOf = (root, id) =>
  parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')).packages[id]?.resolution?.integrity
