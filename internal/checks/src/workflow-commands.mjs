/** What pnpm does by itself, without a script of package.json. */
const ownCommands = new Set(['install', 'exec', 'audit', 'pack', 'publish', 'dlx'])

/** What calls pnpm in a text: its `--filter`s, and the command after them. */
const calls = /npx pnpm@12((?: --filter \S+)*) (?:run )?([a-z][\w:-]*)/g

/**
 * The scripts of package.json that a text calls by `npx pnpm@12 …`, and those that are not there; with `--filter`, the
 * packages and scripts of the workspace.
 *
 * @param {string} text
 * @param {Readonly<Record<string, string>>} scripts of the package whose folder the text speaks of
 * @param {ReadonlyMap<string, Readonly<Record<string, string>>>} [workspace] the scripts of each package, by its name
 */
export const missingCommands = (text, scripts, workspace = new Map()) => {
  const missing = [...text.matchAll(calls)].flatMap(([, filters = '', name = '']) => {
    const names = [...filters.matchAll(/--filter (\S+)/g)].map(([, one = '']) => one)
    const unknown = names.filter((one) => !workspace.has(one))
    if (unknown.length > 0) return unknown.map((one) => `--filter ${one}`)
    if (ownCommands.has(name)) return []
    if (names.length === 0) return name in scripts ? [] : [name]
    return names
      .filter((one) => !(name in Object(workspace.get(one))))
      .map((one) => `${name} of ${one}`)
  })
  return [...new Set(missing)]
}

/** What pnpm 12 takes for a command of its own, so that a script of the same name is never run without `run`. */
const taken = new Set(
  `add audit bin ci config create dedupe deploy dlx doctor env exec fetch import info init install licenses link list login
  logout outdated pack patch peers prune publish rebuild remove root sbom search server setup store unlink update upgrade
  version view why`.split(/\s+/),
)

/**
 * The scripts of a package.json whose names pnpm takes for its own.
 *
 * @param {Readonly<Record<string, string>>} scripts
 */
export const shadowedScripts = (scripts) => Object.keys(scripts).filter((name) => taken.has(name))

/**
 * The actions of a workflow that are not pinned to a major version or a commit.
 *
 * @param {string} text
 */
export const unpinnedActions = (text) =>
  [...text.matchAll(/uses:\s*(\S+)/g)]
    .map(([, action = '']) => action)
    .filter((action) => !action.startsWith('./') && !/@(v\d+(\.\d+)*|[0-9a-f]{40})$/.test(action))

/**
 * What a workflow lacks that keeps it from doing more than it should.
 *
 * @param {any} workflow
 */
export const workflowProblems = (workflow) => {
  const problems = []
  const { permissions, concurrency, jobs = {} } = workflow ?? {}
  if (permissions === undefined) problems.push('no permissions at the top')
  else if (typeof permissions === 'string' || Object.values(permissions).includes('write'))
    problems.push('the permissions at the top may only read: a job asks for more by itself')
  if (concurrency?.group === undefined) problems.push('no concurrency group')
  // A job that calls a workflow has the limits of that workflow's jobs.
  for (const [name, job] of Object.entries(jobs))
    if (job['timeout-minutes'] === undefined && job.uses === undefined)
      problems.push(`job ${name} has no limit of time`)
  return problems
}
