import { expect, test } from 'vitest'
import { linkedFile, pageOf, referencePageOf } from '../src/site-pages.mjs'

test('docs, the READMEs of packages and the changelog are pages of the site', () => {
  expect(['docs/start/hono.md', 'packages/core/README.md', 'CHANGELOG.md'].map(pageOf)).toEqual([
    'start/hono.md',
    'packages/core.md',
    'changelog.md',
  ])
  expect(pageOf('examples/operations/README.md')).toBeUndefined()
})

test('a link is followed from its page, and into the repository by its address', () => {
  expect(linkedFile('docs/start/hono.md', '../../packages/hono')).toEqual({
    path: 'packages/hono',
    anchor: '',
  })
  expect(linkedFile('docs/a.md', '#b')).toEqual({ path: 'docs/a.md', anchor: 'b' })
  const address = 'https://github.com/ainexlayer/webhooks'
  expect(linkedFile('README.md', `${address}/blob/main/docs/a.md#b`)).toEqual({
    path: 'docs/a.md',
    anchor: 'b',
  })
  expect(linkedFile('README.md', `${address}/tree/main/packages/client#readme`)).toEqual({
    path: 'packages/client',
    anchor: '',
  })
  expect(linkedFile('README.md', 'https://example.com/a')).toBeUndefined()
})

test('each name of an import has a page of the reference', () => {
  expect(referencePageOf('@ainexlayer/webhooks')).toBe('reference/webhooks.md')
  expect(referencePageOf('@ainexlayer/webhooks-next/pages')).toBe(
    'reference/webhooks-next/pages.md',
  )
})
