import semver from 'semver'

/**
 * What is wrong with the package.json of a published package, as its users and the registry read it.
 *
 * @param {Readonly<Record<string, any>>} manifest
 * @param {(name: string) => string | undefined} testedVersion the version of a dependency that the tests run with
 */
export const manifestProblems = (manifest, testedVersion) => {
  const problems = []
  const { publishConfig, sideEffects, engines, files = [], peerDependencies = {} } = manifest
  if (publishConfig?.access !== 'public') problems.push('publishConfig.access is not public')
  if (publishConfig?.provenance !== true) problems.push('publishConfig.provenance is not true')
  if (sideEffects !== false) problems.push('sideEffects is not false')
  if (engines?.node !== '>=20') problems.push('engines.node is not >=20')
  for (const field of ['description', 'homepage', 'bugs', 'repository', 'keywords'])
    if (manifest[field] === undefined) problems.push(`${field} is missing`)
  for (const needed of ['dist', 'CHANGELOG.md'])
    if (!files.includes(needed)) problems.push(`${needed} is not in \`files\``)
  for (const [name, range] of Object.entries(peerDependencies)) {
    if (range.startsWith('workspace:')) continue
    if (semver.satisfies('9999.0.0', range))
      problems.push(`the peer ${name} has no upper end: ${range}`)
    const tested = testedVersion(name)
    if (tested === undefined) problems.push(`the peer ${name} is not tested: no devDependency`)
    else if (!semver.satisfies(tested, range))
      problems.push(`the peer ${name} is tested with ${tested}, which is not in ${range}`)
  }
  return problems
}

/** Files that nobody needs who installs a package. */
const ofNoUse = [/[.]map$/, /^package\/(src|test|bench)\//, /[.]test\.[cm]?[jt]s$/, /tsconfig|tsup/]

/**
 * The files of a tarball that should not be in it, and those that are missing.
 *
 * @param {readonly string[]} files
 */
export const tarballProblems = (files) => [
  ...files
    .filter((file) => ofNoUse.some((pattern) => pattern.test(file)))
    .map((file) => `${file} is of no use to a user`),
  ...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']
    .filter((file) => !files.includes(`package/${file}`))
    .map((file) => `${file} is missing`),
]
