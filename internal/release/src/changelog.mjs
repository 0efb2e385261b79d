/** The heading of what is not released yet. */
const unreleased = '## Unreleased\n'

/** Where the text of a changeset goes, by the kind of the change. */
const headings = { major: 'Breaking', minor: 'New', patch: 'Mended' }

/** One changeset as an item of a list; its further lines stay below it. */
const itemOf = (summary) => `- ${summary.trim().split('\n').join('\n  ')}`

/**
 * The changelog after a release: what stood under "Unreleased" gets the version and the date, and the changesets are
 * added to it by kind.
 *
 * @param {string} changelog
 * @param {{ version: string, date: string, changes: readonly { kind: 'major' | 'minor' | 'patch', summary: string }[] }} release
 */
export const withRelease = (changelog, { version, date, changes }) => {
  const at = changelog.indexOf(unreleased)
  const next = changelog.search(/^## (?!Unreleased)/m)
  const end = next === -1 ? changelog.length : next
  const head = changelog.slice(0, at === -1 ? end : at)
  const written = at === -1 ? '' : changelog.slice(at + unreleased.length, end).trim()
  const collected = Object.entries(headings).flatMap(([kind, heading]) => {
    const items = changes.filter((one) => one.kind === kind).map(({ summary }) => itemOf(summary))
    return items.length === 0 ? [] : [`### ${heading}\n\n${items.join('\n')}`]
  })
  const section = [`## ${version} (${date})`, written, ...collected].filter((part) => part !== '')
  return `${head}${unreleased}\n${section.join('\n\n')}\n${end === changelog.length ? '' : `\n${changelog.slice(end)}`}`
}

/**
 * Whether the changelog tells of a version.
 *
 * @param {string} changelog
 * @param {string} version
 */
export const tellsOf = (changelog, version) => changelog.includes(`\n## ${version} (`)

/**
 * What the changelog tells of a version, without its heading.
 *
 * @param {string} changelog
 * @param {string} version
 */
export const releaseNotes = (changelog, version) => {
  const section = changelog
    .split(/^(?=## (?:Unreleased\n|\d+\.\d+\.\d+))/m)
    .find((part) => part.startsWith(`## ${version} (`))
  if (section === undefined) throw new Error(`CHANGELOG.md does not tell of ${version}`)
  return section.slice(section.indexOf('\n')).trim()
}
