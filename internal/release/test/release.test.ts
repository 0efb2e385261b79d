import { expect, test } from 'vitest'
import { isAllowed } from '../src/allowed-licences.mjs'
import { openFindings } from '../src/audit-findings.mjs'
import { releaseNotes, tellsOf, withRelease } from '../src/changelog.mjs'
import { differingRows, recordedLicences, tableOf } from '../src/licence-table.mjs'
import { manifestProblems, tarballProblems } from '../src/manifest-problems.mjs'
import { nextStep } from '../src/next-step.mjs'
import { asAskedFor } from '../src/release-plan.mjs'

test('a licence is allowed when allowed licences alone can meet it', () => {
  for (const expression of ['MIT', '(GPL-3.0-only OR MIT)', 'MIT AND ISC'])
    expect(isAllowed(expression), expression).toBe(true)
  for (const expression of ['GPL-3.0-only', 'MIT AND MPL-2.0', 'UNLICENSED', 'see LICENSE'])
    expect(isAllowed(expression), expression).toBe(false)
})

test('the table of licences is read back as it was written', () => {
  const rows = [
    { id: '@a/b@1.0.0', licence: 'MIT', users: ['@ainexlayer/webhooks'] },
    { id: 'c@2.0.0', licence: undefined, users: ['@ainexlayer/webhooks-cli'] },
  ]
  expect([...recordedLicences(tableOf(rows))]).toEqual([['@a/b@1.0.0', 'MIT']])
})

test('the rows of licences that differ are told, old and new', () => {
  const page = (version: string) =>
    tableOf([
      { id: 'a@1.0.0', licence: 'MIT', users: ['@ainexlayer/webhooks'] },
      { id: `b@${version}`, licence: 'ISC', users: ['@ainexlayer/webhooks'] },
    ])
  expect(differingRows(page('1.0.0'), page('1.0.0'))).toEqual([])
  expect(differingRows(page('1.0.0'), page('1.0.1'))).toEqual([
    '- | b@1.0.0 | ISC | webhooks |',
    '+ | b@1.0.1 | ISC | webhooks |',
  ])
})

const advisory = (paths: string[]) => ({
  advisories: {
    1: {
      github_advisory_id: 'GHSA-aaaa-bbbb-cccc',
      module_name: 'zod',
      severity: 'high',
      title: 'slow',
      findings: [{ version: '4.0.0', paths }],
    },
  },
})

test('an audit fails for what users get, until it is explained and while the explanation holds', () => {
  const today = new Date('2026-06-01')
  const explained = (until: string) => [{ advisory: 'GHSA-aaaa-bbbb-cccc', until }]
  const found = advisory(['examples__demo>zod', 'packages__core>zod'])
  expect(openFindings(found, [], today)).toEqual([
    'GHSA-aaaa-bbbb-cccc, high: zod, slow (packages__core>zod)',
  ])
  expect(openFindings(found, explained('2026-07-01'), today)).toEqual([])
  expect(openFindings(found, explained('2026-05-01'), today)).toHaveLength(1)
  expect(openFindings(advisory(['examples__demo>zod']), [], today)).toEqual([])
})

test('a manifest without provenance, with side effects or an open peer is told', () => {
  const manifest = {
    description: 'd',
    homepage: 'h',
    bugs: 'b',
    repository: {},
    keywords: [],
    publishConfig: { access: 'public', provenance: true },
    sideEffects: false,
    engines: { node: '>=20' },
    files: ['dist', 'CHANGELOG.md'],
    peerDependencies: { '@ainexlayer/webhooks': 'workspace:^', hono: '^4.0.0' },
  }
  expect(manifestProblems(manifest, () => '4.1.0')).toEqual([])
  expect(manifestProblems({ ...manifest, publishConfig: {} }, () => '4.1.0')).toHaveLength(2)
  expect(manifestProblems(manifest, () => '5.0.0')).toEqual([
    'the peer hono is tested with 5.0.0, which is not in ^4.0.0',
  ])
  const open = { ...manifest, sideEffects: true, peerDependencies: { hono: '>=4' } }
  expect(manifestProblems(open, () => '4.1.0')).toEqual([
    'sideEffects is not false',
    'the peer hono has no upper end: >=4',
  ])
})

test('a tarball has its papers, and neither sources nor tests nor maps', () => {
  const papers = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'].map((f) => `package/${f}`)
  expect(tarballProblems([...papers, 'package/dist/index.js'])).toEqual([])
  expect(tarballProblems([...papers.slice(1), 'package/src/index.ts'])).toEqual([
    'package/src/index.ts is of no use to a user',
    'package.json is missing',
  ])
})

test('a release takes what was unreleased and the changesets, above the releases before', () => {
  const before =
    '# Changelog\n\n## Unreleased\n\n### Added\n\n- one\n\n## 0.1.0 (2026-01-01)\n\nfirst\n'
  const after = withRelease(before, {
    version: '0.2.0',
    date: '2026-02-02',
    changes: [{ kind: 'minor', summary: 'two\nlines' }],
  })
  expect(after).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-02)\n\n### Added\n\n- one\n\n### New\n\n- two\n  lines\n\n## 0.1.0 (2026-01-01)\n\nfirst\n',
  )
  expect(tellsOf(before, '0.2.0')).toBe(false)
  expect(tellsOf(after, '0.2.0')).toBe(true)
})

test('a release is of the highest kind that a changeset asks for, below 1.0 too', () => {
  const release = { type: 'major', oldVersion: '0.1.0', newVersion: '1.0.0' }
  const asking = (type: string) => ({ changesets: [{ releases: [{ type }] }], releases: [release] })
  expect(asAskedFor(asking('minor')).releases[0]?.newVersion).toBe('0.2.0')
  expect(asAskedFor(asking('patch')).releases[0]?.newVersion).toBe('0.1.1')
  expect(asAskedFor(asking('major')).releases[0]?.newVersion).toBe('1.0.0')
})

test('the notes of a release are what the changelog tells of its version, and of no other', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n- next\n\n## 0.2.0 (2026-02-02)\n\n### New\n\n```md\n## no version\n```\n\n## 0.1.0 (2026-01-01)\n\nfirst\n'
  expect(releaseNotes(changelog, '0.2.0')).toBe('### New\n\n```md\n## no version\n```')
  expect(releaseNotes(changelog, '0.1.0')).toBe('first')
  expect(() => releaseNotes(changelog, '0.3.0')).toThrow('CHANGELOG.md does not tell of 0.3.0')
})

test('with changesets the next version is made; without, a version that is told and not released is published', () => {
  const state = {
    changesets: [],
    changelog: '# Changelog\n\n## 0.2.0 (2026-02-02)\n',
    version: '0.2.0',
    isReleased: false,
  }
  const changeset = '---\n"@ainexlayer/webhooks": minor\n---\n\nNew.\n'
  expect(nextStep({ ...state, changesets: [changeset] })).toBe('version')
  expect(nextStep(state)).toBe('publish')
  expect(nextStep({ ...state, changesets: ['---\n---\n'] })).toBe('publish')
  expect(nextStep({ ...state, isReleased: true })).toBe('nothing')
  expect(nextStep({ ...state, version: '0.3.0' })).toBe('nothing')
})
