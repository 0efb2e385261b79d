import { expect, test } from 'vitest'
import { recipeSteps, withChange } from '../src/recipe-steps.mjs'

test('a recipe is files, changes and commands, in the order of the page', () => {
  const page = [
    'Words.',
    '```ts a/b.ts',
    'one()',
    '```',
    '```text',
    'only read',
    '```',
    '```diff a/b.ts',
    '-one()',
    '+two()',
    '```',
    '```sh',
    'ls',
    '```',
  ].join('\n')
  expect(recipeSteps(page)).toEqual([
    { kind: 'file', path: 'a/b.ts', text: 'one()\n', line: 2 },
    { kind: 'change', path: 'a/b.ts', text: '-one()\n+two()\n', line: 8 },
    { kind: 'run', text: 'ls\n', line: 12 },
  ])
})

test('a change is made where its lines stand, from the first line of the file on', () => {
  const text = 'a\nb\nc\nb\nd\n'
  expect(withChange(text, ' c\n-b\n+x\n')).toBe('a\nb\nc\nx\nd\n')
  expect(withChange(text, '+0\n a\n@@\n d\n+e\n')).toBe('0\na\nb\nc\nb\nd\ne\n')
})

test('a change whose lines are gone, or stand there twice, fails', () => {
  expect(() => withChange('a\nb\n', ' z\n+y\n')).toThrow('these lines are not there')
  expect(() => withChange('a\nb\na\n', ' a\n+y\n')).toThrow('these lines are there twice')
})
