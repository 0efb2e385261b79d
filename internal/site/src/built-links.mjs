import { posix } from 'node:path'

const idsIn = (html) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))

/**
 * The links of built pages that lead to a page or an anchor of the site that does not exist.
 *
 * @param {ReadonlyMap<string, string>} pages what was built, by path, as `start/hono.html`
 * @returns {string[]}
 */
export const deadLinks = (pages) => {
  const ids = new Map([...pages].map(([page, html]) => [page, idsIn(html)]))
  const problemOf = (page, link) => {
    const [place = '', anchor = ''] = link.split('#')
    const path = posix.join('/', place.startsWith('/') ? '' : posix.dirname(page), place).slice(1)
    const target = place === '' ? page : path.replace(/(^|\/)$/, '$1index.html')
    // A page of Markdown is not built as such: a link to one was not turned to the page that it became.
    if (!/\.(html|md)$/.test(target)) return undefined
    const known = ids.get(target)
    if (known === undefined) return `there is no ${target}`
    return anchor === '' || known.has(decodeURIComponent(anchor))
      ? undefined
      : `${target} has no #${decodeURIComponent(anchor)}`
  }
  return [...pages].flatMap(([page, html]) =>
    [...new Set([...html.matchAll(/\shref="([^"]+)"/g)].map(([, link = '']) => link))]
      .filter((link) => !/^([a-z]+:|\/\/)/.test(link))
      .map((link) => ({ link, problem: problemOf(page, link) }))
      .filter(({ problem }) => problem !== undefined)
      .map(({ link, problem }) => `${page}: ${link}: ${problem}`),
  )
}
