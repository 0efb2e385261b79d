/**
 * Reads every import of the repository, types included: no circle of files, folders import only from
 * those below them, and nothing reaches into another package or out of an example.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cruise } from 'dependency-cruiser'
import { folderOrder } from './folder-order.mjs'

const root = resolve(import.meta.dirname, '../../..')
const problems = []
/** Where the order is kept. */
const orderFile = 'internal/checks/src/folder-order.mjs'

const workspace = ['packages', 'internal', 'examples'].flatMap((parent) =>
  readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json'))),
)

/** Names at the top of a package's `src`, without their extensions. */
const namesIn = (folder) =>
  existsSync(join(root, folder, 'src'))
    ? readdirSync(join(root, folder, 'src'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() || /\.[cm]?tsx?$|\.mjs$/.test(entry.name))
        .map((entry) => ({
          name: entry.name.replace(/(\.d)?\.[cm]?[jt]sx?$/, ''),
          isFolder: entry.isDirectory(),
        }))
    : []

const orderRules = (folder, order) => {
  const names = order.flat()
  const real = new Set(namesIn(folder).map(({ name }) => name))
  for (const name of real)
    if (!names.includes(name)) problems.push(`${folder}/src/${name} has no place in ${orderFile}`)
  for (const name of names)
    if (!real.has(name))
      problems.push(`${orderFile} names ${folder}/src/${name}, which is not there`)
  const pathOf = (some) => `^${folder}/src/(${some.join('|')})(/|\\.[cm]?[jt]sx?$|\\.d\\.mts$)`
  return order.flatMap((entry, level) =>
    [entry].flat().map((name) => {
      const forbidden = [
        ...[entry].flat().filter((other) => other !== name),
        ...order.slice(level + 1).flat(),
      ]
      return {
        name: `${folder}: ${name} imports only from below`,
        severity: 'error',
        from: { path: pathOf([name]) },
        to: { path: forbidden.length > 0 ? pathOf(forbidden) : '^$' },
      }
    }),
  )
}

for (const folder of workspace) {
  if (folder.startsWith('examples/') || folderOrder[folder]) continue
  // The only folder in there, `consumers`, is copied by a check and not imported.
  if (folder !== 'internal/checks' && namesIn(folder).some(({ isFolder }) => isFolder))
    problems.push(`${folder} has folders, and no order in ${orderFile}`)
}

const rules = [
  { name: 'no circle', severity: 'error', from: {}, to: { circular: true } },
  // An import that is not followed would pass every other rule.
  {
    name: 'every import is found',
    severity: 'error',
    from: {},
    // Jest's cases are bundled into this file before they run.
    to: { couldNotResolve: true, pathNot: '^(node:|\\./define-tests\\.cjs$)' },
  },
  {
    // A package's name resolves through its `exports`, so only a path can reach inside another package.
    name: 'only through the front door of another package',
    severity: 'error',
    from: { path: '^((packages|internal|examples)/[^/]+)/' },
    to: {
      path: '^(packages|internal|examples)/',
      pathNot: '^$1/',
      dependencyTypes: ['local'],
    },
  },
  {
    name: 'an example imports nothing outside its own folder',
    severity: 'error',
    from: { path: '^(examples/[^/]+)/' },
    to: { pathNot: '^$1/', dependencyTypes: ['local'] },
  },
  ...Object.entries(folderOrder).flatMap(([folder, order]) => orderRules(folder, order)),
]

const { output } = await cruise(
  workspace,
  {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: rules },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|\\.next|consumers|presupposed)/' },
  },
  {
    exportsFields: ['exports'],
    conditionNames: ['@ainexlayer/source', 'node', 'import', 'types', 'default'],
    extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.d.ts', '.d.mts', '.json'],
  },
)
for (const { rule, from, to, cycle } of output.summary.violations) {
  const through = cycle ? ` (${cycle.map(({ name }) => name).join(' → ')})` : ''
  const order = rule.name.endsWith('imports only from below') ? ` (the order: ${orderFile})` : ''
  problems.push(`${rule.name}: ${from} → ${to}${through}${order}`)
}
if (process.argv.includes('--json')) console.log(JSON.stringify(output.modules, null, 1))

for (const problem of problems) console.log(`FAIL ${problem}`)
const { totalCruised, totalDependenciesCruised } = output.summary
console.log(
  `folders: ${totalCruised} files with ${totalDependenciesCruised} imports read, ${problems.length} problems`,
)
process.exitCode = problems.length === 0 ? 0 : 1
