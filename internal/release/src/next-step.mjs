import { tellsOf } from './changelog.mjs'

/** A changeset that names a package; an empty one says that nothing is to be released. */
const asksForRelease = (changeset) => /^---\n\s*["']?@/.test(changeset)

/**
 * What the release workflow does after a push: make the next version, publish the current one, or nothing.
 *
 * @param {object} state
 * @param {readonly string[]} state.changesets the texts of the changesets
 * @param {string} state.changelog
 * @param {string} state.version the current one
 * @param {boolean} state.isReleased whether the current version has its page among the releases, made after publishing
 * @returns {'version' | 'publish' | 'nothing'}
 */
export const nextStep = ({ changesets, changelog, version, isReleased }) => {
  if (changesets.some(asksForRelease)) return 'version'
  return tellsOf(changelog, version) && !isReleased ? 'publish' : 'nothing'
}
