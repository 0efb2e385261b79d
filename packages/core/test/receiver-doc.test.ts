import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('../../../docs/receiver.md')

/** The names of an interface's fields, as its source has them. */
const fieldsOf = (path: string, name: string): string[] => {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022)
  const found = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  )
  if (found === undefined || !ts.isInterfaceDeclaration(found)) throw new Error(`no ${name}`)
  return found.members.map((member) => member.name?.getText(source) ?? '')
}

/** The names in the first column of the table with this head. */
const namesIn = (head: string): string[] => {
  const [table = ''] = page.slice(page.indexOf(head)).split('\n\n')
  const cells = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1] ?? '')
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)`/g), ([, name = '']) => name))
}

test.each([
  ['../src/receiver/options.ts', 'ReceiverOptions', '| `createReceiver` | default | unit | |'],
  ['../src/delivery/context.ts', 'HandlerContext', '| `ctx` | |'],
])('docs/receiver.md has every field of %s, %s, and no other', (path, name, head) => {
  expect(namesIn(head).sort()).toEqual(fieldsOf(path, name).sort())
})

test('docs/receiver.md has the default that the code has, where it is a number', () => {
  const code = read('../src/receiver/resolve-options.ts')
  const rows = Array.from(page.matchAll(/^\| `(\w+)` \| ([\d ]+) \|/gm))
  const plain = rows.flatMap(([, name = '', value = '']) => {
    // Some are written by a name, such as `minute`.
    const inCode = new RegExp(`\\b${name} (?:\\?\\?|=) (\\d[\\d_]*)(?=,| \\}|$)`, 'm').exec(
      code,
    )?.[1]
    return inCode === undefined
      ? []
      : [[name, Number(inCode.replaceAll('_', '')), Number(value.replaceAll(' ', ''))]]
  })
  expect(plain.length).toBeGreaterThan(4)
  for (const [name, inCode, onPage] of plain) expect([name, onPage]).toEqual([name, inCode])
})

test.each(['isEvent', 'EventOf', 'Handler', 'RetryLater', 'PermanentFailure', 'EndpointGone'])(
  'docs/receiver.md mentions %s',
  (name) => {
    expect(page).toContain(name)
  },
)
