import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The page of all production dependencies, beside `src`. */
export const licencePage = join(import.meta.dirname, '../production-dependencies.md')

/**
 * What stands on the page.
 *
 * @param {readonly { id: string, licence: string | undefined, users: readonly string[] }[]} rows
 */
export const tableOf = (rows) =>
  `# Production dependencies

What comes along when a published package is installed, on any system, as pnpm-lock.yaml resolves it. Peers are the
user's own and not listed. Made by \`npx pnpm@12 check:licenses --write\`.

| package | licence | for |
|---|---|---|
${rows.map(({ id, licence, users }) => `| ${id} | ${licence ?? 'unknown'} | ${users.map((name) => name.replace('@ainexlayer/', '')).join(', ')} |`).join('\n')}
`

const rowsOf = (page) => page.split('\n').filter((line) => /^\| \S+@\d/.test(line))

/**
 * The rows in which two pages differ: `+` for one that is missing in the first, `-` for one that is too many.
 *
 * @param {string} recorded
 * @param {string} current
 */
export const differingRows = (recorded, current) => {
  const before = rowsOf(recorded)
  const now = rowsOf(current)
  return [
    ...before.filter((row) => !now.includes(row)).map((row) => `- ${row}`),
    ...now.filter((row) => !before.includes(row)).map((row) => `+ ${row}`),
  ]
}

/**
 * The licences of an earlier page, by id.
 *
 * @param {string} page
 */
export const recordedLicences = (page) =>
  new Map(
    [...page.matchAll(/^\| (\S+@\d\S*) \| (.+?) \| .+ \|$/gm)]
      .map(([, id = '', licence = '']) => /** @type {const} */ ([id, licence]))
      .filter(([, licence]) => licence !== 'unknown'),
  )

/** The licences that the page records now, by id; none when there is no page yet. */
export const readRecordedLicences = () =>
  recordedLicences(existsSync(licencePage) ? readFileSync(licencePage, 'utf8') : '')
