import semver from 'semver'

/**
 * The plan of changesets without its jump to 1.0: below 1.0 a minor release is out of the range of every peer
 * (`^0.1.0`), and changesets makes a major one of it. All our packages are released together, so the highest kind that
 * a changeset asks for is the kind of the release.
 *
 * @template {{ changesets: readonly { releases: readonly { type: string }[] }[], releases: readonly { type: string, oldVersion: string, newVersion: string }[] }} Plan
 * @param {Plan} plan
 * @returns {Plan}
 */
export const asAskedFor = (plan) => {
  const asked = plan.changesets.flatMap(({ releases }) => releases.map(({ type }) => type))
  const kind = /** @type {const} */ (['major', 'minor', 'patch']).find((one) => asked.includes(one))
  if (kind === undefined) return plan
  return {
    ...plan,
    releases: plan.releases.map((release) =>
      release.type === 'none'
        ? release
        : { ...release, type: kind, newVersion: semver.inc(release.oldVersion, kind) },
    ),
  }
}
