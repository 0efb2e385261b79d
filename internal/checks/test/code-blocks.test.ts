import { expect, test } from 'vitest'
import { asModule, codeBlocks, exportedNames } from '../src/code-blocks.mjs'

const page = [
  '<!-- run -->',
  '```ts',
  '// worker.ts: many',
  'run()',
  '```',
  '```sh',
  'ls',
  '```',
  '- item',
  '  ```js',
  '  go()',
  '  ```',
].join('\n')

test('blocks of TypeScript and JavaScript are found with their lines, others are not', () => {
  expect(codeBlocks(page)).toEqual([
    { line: 2, file: 'worker.ts', code: '// worker.ts: many\nrun()', run: true },
    { line: 10, file: 'line-10.js', code: 'go()', run: false },
  ])
})

test('what a block presupposes is imported behind it, unless it declares that itself', () => {
  const presupposed = [
    { from: 'near', names: ['pool', 'store'] },
    { from: 'far', names: ['pool', 'secret'] },
  ]
  const code = "import { store } from 'x'\nconst { a: secret } = use(pool, store)"
  expect(asModule(code, presupposed)).toBe(`${code}\nimport { pool } from 'near'\nexport {}\n`)
})

test('what a file exports is known by name', () => {
  const code = "export { a } from 'a'\nexport const b = 1\nexport declare class C {}\nconst d = 2\n"
  expect(exportedNames(code)).toEqual(['a', 'b', 'C'])
})

test('a block is known by the file behind its fence, TypeScript that is saved as JavaScript by its own ending', () => {
  const text = '```ts index.mjs\na()\n```\n```js server.cjs\nb()\n```\n```ts app/route.js\nc()\n```'
  expect(codeBlocks(text).map(({ file }) => file)).toEqual([
    'index.mts',
    'server.cjs',
    'app/route.ts',
  ])
})

test('a block of CommonJS gets neither import nor export', () => {
  expect(asModule("require('x')(pool)", [{ from: 'near', names: ['pool'] }], true)).toBe(
    "require('x')(pool)\n",
  )
})
