import { expect, test } from 'vitest'
import { formProblems } from '../src/issue-forms.mjs'
import { renovateProblems } from '../src/renovate-problems.mjs'
import {
  missingCommands,
  shadowedScripts,
  unpinnedActions,
  workflowProblems,
} from '../src/workflow-commands.mjs'

test('a command that package.json does not have is found, what pnpm does by itself is not', () => {
  const text = 'npx pnpm@12 install\nnpx pnpm@12 run lint\n- run: npx pnpm@12 check:nothing --x'
  expect(missingCommands(text, { lint: 'biome' })).toEqual(['check:nothing'])
})

test('a command with a filter needs the package, and its script', () => {
  const workspace = new Map([['@a/b', { test: 'vitest' }]])
  const missing = (command: string) => missingCommands(`npx pnpm@12 ${command}`, {}, workspace)
  expect(missing('--filter @a/b test')).toEqual([])
  expect(missing('--filter @a/b run test')).toEqual([])
  expect(missing('--filter @a/b exec vitest')).toEqual([])
  expect(missing('--filter @a/b crash')).toEqual(['crash of @a/b'])
  expect(missing('--filter @a/b --filter @a/c exec vitest')).toEqual(['--filter @a/c'])
})

test('a script that pnpm would not run, because it has a command of that name, is found', () => {
  expect(shadowedScripts({ test: 'a', sbom: 'b', update: 'c', start: 'd' })).toEqual([
    'sbom',
    'update',
  ])
})

test('an action without a major version or a commit is not pinned', () => {
  const commit = 'a'.repeat(40)
  const text = `uses: a/b@v4\nuses: c/d@main\nuses: e/f@${commit}\nuses: ./own\nuses: g/h`
  expect(unpinnedActions(text)).toEqual(['c/d@main', 'g/h'])
})

test('a workflow that may write, may run for ever or may run twice is told', () => {
  const good = {
    permissions: { contents: 'read' },
    concurrency: { group: 'test' },
    jobs: { test: { 'timeout-minutes': 5 } },
  }
  expect(workflowProblems(good)).toEqual([])
  expect(workflowProblems({ ...good, jobs: { test: { uses: './test.yml' } } })).toEqual([])
  expect(workflowProblems({ jobs: { test: {} } })).toHaveLength(3)
  expect(workflowProblems({ ...good, permissions: { contents: 'write' } })).toHaveLength(1)
  expect(workflowProblems({ ...good, permissions: 'write-all' })).toHaveLength(1)
})

test('an issue form with a field without a label, an id twice or a choice of nothing is told', () => {
  const field = (type: string, attributes: object) => ({ type, id: 'one', attributes })
  const form = (...body: object[]) => ({ name: 'Bug', description: 'A bug', body })
  expect(formProblems(form(field('input', { label: 'One' })))).toEqual([])
  expect(formProblems(form(field('input', {})))).not.toEqual([])
  expect(
    formProblems(form(field('input', { label: 'One' }), field('dropdown', { label: 'Two' }))),
  ).toEqual(['two fields have the id one', 'Two has no options'])
})

test('a rule of Renovate with a name that it does not match, and a key that is no option, are told', () => {
  const dependencies = new Map([
    ['express4', 'npm:express@^4.0.0'],
    ['hono', '^4.0.0'],
  ])
  const problems = (rule: object) =>
    renovateProblems({ extends: [], packageRules: [rule] }, dependencies)
  expect(problems({ matchPackageNames: ['hono'] })).toEqual([])
  expect(problems({ matchDepNames: ['express4', 'hono'] })).toEqual([])
  expect(problems({ matchPackageNames: ['express4'] })).toHaveLength(1)
  expect(problems({ matchDepNames: ['express5'] })).toHaveLength(1)
  expect(problems({ enabled: false })).toHaveLength(1)
  expect(renovateProblems({ extends: [], packageRule: [] }, dependencies)).toHaveLength(1)
})
