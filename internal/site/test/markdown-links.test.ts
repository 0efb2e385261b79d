import { expect, test } from 'vitest'
import { anchorsOf, withLinks } from '../src/markdown-links.mjs'

const marked = (text: string) => withLinks(text, (target: string) => `<${target}>`)

test('the targets of links and pictures are replaced, also where the label is code', () => {
  expect(marked('See [a](b.md#c), [`d`](../e) and ![f](g.png).')).toBe(
    'See [a](<b.md#c>), [`d`](<../e>) and ![f](<g.png>).',
  )
})

test('the targets of references, of HTML and of links with a title are replaced too', () => {
  expect(marked('See [a][b] and [c](d "e").\n\n[b]: f.md#g\n[^1]: no.md\n')).toBe(
    'See [a][b] and [c](<d> "e").\n\n[b]: <f.md#g>\n[^1]: no.md\n',
  )
  expect(marked('<a class="x" href="a.md">b</a> <img src="c.png"> `<a href="d">`')).toBe(
    '<a class="x" href="<a.md>">b</a> <img src="<c.png>"> `<a href="d">`',
  )
})

test('what looks like a link in code stays as it is', () => {
  const text = 'In `x](y)` and\n\n```ts\n[a](b)\n```\n\n[c](d)'
  expect(marked(text)).toBe(text.replace('(d)', '(<d>)'))
})

test('the link of a button of the home page is replaced', () => {
  expect(marked('---\nhero:\n  link: start.md\n---\n')).toBe(
    '---\nhero:\n  link: <start.md>\n---\n',
  )
})

test('headings have the anchors that GitHub gives them, numbered where two are the same', () => {
  const text =
    '# `createReceiver`, in short\n## See [wires](wires.md)\n```sh\n# no heading\n```\n## A\n## A\n'
  expect([...anchorsOf(text)]).toEqual(['createreceiver-in-short', 'see-wires', 'a', 'a-1'])
})
