/** The options that are of use at the top of this file: Renovate says nothing about one that it does not know. */
const options = new Set(
  `$schema extends timezone schedule minimumReleaseAge rangeStrategy lockFileMaintenance vulnerabilityAlerts packageRules
  labels ignoreDeps ignorePaths enabledManagers automerge prConcurrentLimit prHourlyLimit dependencyDashboard reviewers
  assignees commitMessagePrefix postUpdateOptions customManagers`.split(/\s+/),
)

/**
 * What is wrong with the configuration of Renovate.
 *
 * @param {any} configuration
 * @param {ReadonlyMap<string, string>} dependencies the range of each dependency of the workspace, by the name that a
 * package.json has for it
 */
export const renovateProblems = (configuration, dependencies) => {
  const { extends: presets, packageRules = [] } = configuration
  const unknown = Object.keys(configuration).filter((key) => !options.has(key))
  const unmatched = packageRules.filter(
    (rule) => !Object.keys(rule).some((key) => key.startsWith('match')),
  )
  const named = (field) => packageRules.flatMap((rule) => rule[field] ?? [])
  // An alias (`express4`, of `npm:express@^4`) is the name of the dependency, and not of the package.
  const isPackage = (name) =>
    dependencies.has(name) && dependencies.get(name)?.startsWith('npm:') !== true
  return [
    ...(Array.isArray(presets) ? [] : ['it extends nothing']),
    ...unknown.map(
      (key) => `${key}: is it an option? Those that are known stand in renovate-problems.mjs`,
    ),
    ...unmatched.map(({ description }) => `a rule that matches everything: ${description}`),
    ...named('matchPackageNames')
      .filter((name) => !isPackage(name))
      .map((name) => `matchPackageNames: no package ${name} is used; an alias needs matchDepNames`),
    ...named('matchDepNames')
      .filter((name) => !dependencies.has(name))
      .map((name) => `matchDepNames: no package.json has ${name}`),
  ]
}
