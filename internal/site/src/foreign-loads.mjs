/** What a page or its styles load, each with the place where the address is. */
const inPages = [
  /<(?:script|img|iframe|video|audio|source|embed|input)\b[^>]*?\s(?:src|srcset|poster)=["']?([^"'\s>]+)/gi,
  /<link\b(?![^>]*\brel=["']?canonical)[^>]*?\shref=["']?([^"'\s>]+)/gi,
  /<object\b[^>]*?\sdata=["']?([^"'\s>]+)/gi,
]
const inStyles = [/url\(\s*["']?([^"')]+)/gi, /@import\s+["']([^"']+)/gi]
const inScripts = [
  /\b(?:import|fetch|importScripts|new (?:Worker|SharedWorker|EventSource|WebSocket|URL))\s*\(\s*["'`]([^"'`]+)/g,
  /\bfrom\s*["']([^"']+)["']/g,
  /\.(?:src|href)\s*=\s*["'`]([^"'`]+)/g,
  /\b(?:src|srcset|poster):\s*["'`]([^"'`]+)/g,
  /<(?:script|img|iframe|link)\b[^>]*?\s(?:src|srcset|href)=\\?["']([^"'\\]+)/gi,
]

const looks = {
  html: [...inPages, ...inStyles],
  css: inStyles,
  svg: [...inPages, ...inStyles],
  js: [...inScripts, ...inStyles],
}

const isForeign = (address) => /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(address.trim())

/**
 * The addresses on other hosts that a built file would load something from. A link that a reader follows is none.
 *
 * @param {string} name of the file: its ending tells what to look for
 * @param {string} text
 * @returns {string[]}
 */
export const foreignLoads = (name, text) =>
  (looks[name.split('.').at(-1)] ?? []).flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(([, address]) => (isForeign(address) ? [address] : [])),
  )
