import { expect, test } from 'vitest'
import { guidesIn } from '../src/guide-steps.mjs'

const page = [
  '```sh',
  'outside',
  '```',
  '<!-- guide: Express -->',
  '```sh',
  'npm init -y',
  '```',
  '```ts server.mjs',
  'run()',
  '```',
  '```sh terminal',
  'node server.mjs',
  '```',
  '```text',
  'Listening…',
  '```',
  '<!-- stop -->',
  '<!-- end of guide -->',
].join('\n')

test('a guide is commands, files, terminals, what they print, and their end, in the order of the page', () => {
  expect(guidesIn(page)).toEqual([
    {
      name: 'Express',
      steps: [
        { kind: 'run', code: 'npm init -y' },
        { kind: 'file', name: 'server.mjs', code: 'run()' },
        { kind: 'terminal', code: 'node server.mjs' },
        { kind: 'output', code: 'Listening…' },
        { kind: 'stop', code: '' },
      ],
    },
  ])
})

test('a block of code in a guide that names no file is an error', () => {
  expect(() => guidesIn(page.replace('ts server.mjs', 'ts'))).toThrow('does not name its file')
})
