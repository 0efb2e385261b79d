import Slugger from 'github-slugger'

/** Code first, so that a bracket in it is no link. */
const code = /(`+)(?:(?!\1)[\s\S])*?\1(?!`)/

/** What has a target, each as the text before it and the target itself. */
const targets = [
  // A link or a picture, also with a title.
  /(\]\()([^)\s]+)(?=\)|\s+["'])/,
  // The place that links by reference name; `[^1]:` is a footnote.
  /(^ {0,3}\[[^\]^][^\]]*\]:\s+)(\S+)/,
  // HTML within Markdown.
  /(<(?:a|img)\s(?:[^>]*\s)?(?:href|src)=["'])([^"'\s]+)/,
  // A button of the home page.
  /(^\s*link: )(\S+)$/,
]

const codeOrTarget = new RegExp([code, ...targets].map(({ source }) => source).join('|'), 'gm')

/** The text between blocks of code, and these, in turns. */
const parts = (text) => text.split(/^(\s*(?:`{3,}|~{3,}).*\n[\s\S]*?^\s*(?:`{3,}|~{3,})[ \t]*)$/m)

/**
 * The text with each target of a link or a picture replaced; code stays as it is.
 *
 * @param {string} text a page of Markdown
 * @param {(target: string) => string} replacement
 */
export const withLinks = (text, replacement) =>
  parts(text)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(codeOrTarget, (whole, _code, ...groups) => {
            const at = groups.slice(0, 2 * targets.length).findIndex((group) => group !== undefined)
            return at === -1 ? whole : `${groups[at]}${replacement(groups[at + 1])}`
          }),
    )
    .join('')

/**
 * The anchors of a page's headings, as GitHub and the site make them.
 *
 * @param {string} text a page of Markdown
 * @returns {Set<string>}
 */
export const anchorsOf = (text) => {
  const slugger = new Slugger()
  const headings = parts(text)
    .filter((_, index) => index % 2 === 0)
    .flatMap((part) => [...part.matchAll(/^#{1,6} (.+)$/gm)])
  return new Set(headings.map(([, title]) => slugger.slug(plain(title))))
}

/** A heading without the marks of its links and code. */
const plain = (title) => title.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')
