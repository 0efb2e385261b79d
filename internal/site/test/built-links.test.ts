import { expect, test } from 'vitest'
import { deadLinks } from '../src/built-links.mjs'

test('a built page links only to pages and anchors that were built', () => {
  const pages = new Map([
    [
      'index.html',
      '<h1 id="top"><a href="/a/b.html#one"><a href="#top"><a href="https://x/y.html">',
    ],
    ['a/b.html', '<h2 id="one"><a href="../index.html#top"><a href="/"><link href="/style.css">'],
  ])
  expect(deadLinks(pages)).toEqual([])
  pages.set(
    'a/c.html',
    '<a href="b.html#two"><a href="gone.html"><a href="#nowhere"><a href="b.md">',
  )
  expect(deadLinks(pages)).toEqual([
    'a/c.html: b.html#two: a/b.html has no #two',
    'a/c.html: gone.html: there is no a/gone.html',
    'a/c.html: #nowhere: a/c.html has no #nowhere',
    'a/c.html: b.md: there is no a/b.md',
  ])
})
