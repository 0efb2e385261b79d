import { posix } from 'node:path'

/** Where the repository is shown to readers: what the site has no page for is linked there. */
export const repository = 'https://github.com/ainexlayer/webhooks'

/**
 * The page of the site that a file of the repository becomes; undefined for a file that becomes none.
 *
 * @param {string} file its path in the repository, as `docs/start/hono.md`
 * @returns {string | undefined} as `start/hono.md`
 */
export const pageOf = (file) => {
  const [, doc] = /^docs\/(.+\.md)$/.exec(file) ?? []
  const [, name] = /^packages\/([^/]+)\/README\.md$/.exec(file) ?? []
  if (name !== undefined) return `packages/${name}.md`
  return file === 'CHANGELOG.md' ? 'changelog.md' : doc
}

/** What pages show beside their text, such as pictures. */
export const isAsset = (file) => /^docs\/.+\.(png|svg)$/.test(file)

/** The page of the reference for one name of an import: `@ainexlayer/webhooks/node` is `reference/webhooks/node.md`. */
export const referencePageOf = (name) => {
  const [, base, subpath] = /^@ainexlayer\/([^/]+)\/?(.*)$/.exec(name) ?? []
  return `reference/${base}${subpath === '' ? '' : `/${subpath}`}.md`
}

/**
 * The file or folder of the repository that a link means; undefined for one that leads elsewhere.
 *
 * @param {string} page the file with the link
 * @param {string} target as it is written
 * @returns {{ path: string, anchor: string } | undefined} the folder of the whole repository is `''`
 */
export const linkedFile = (page, target) => {
  const [place = '', anchor = ''] = target.split('#')
  if (target.startsWith(repository)) {
    const [, path] = /^(?:\/(?:blob|tree)\/main\/(.*))?$/.exec(place.slice(repository.length)) ?? []
    return place === repository || path !== undefined
      ? { path: path ?? '', anchor: anchor === 'readme' ? '' : anchor }
      : undefined
  }
  if (/^[a-z]+:/.test(target)) return undefined
  if (place === '') return { path: page, anchor }
  return { path: posix.join(posix.dirname(page), place).replace(/^\.$|\/$/, ''), anchor }
}
