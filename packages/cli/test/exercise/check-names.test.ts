import { expect, test } from 'vitest'
import { groups } from '../../src/exercise/check.ts'
import { checkNames, groupNames } from '../../src/exercise/check-names.ts'
import { allChecks } from '../../src/exercise/checks.ts'
import { run } from '../running.ts'

test('the help of `exercise` names every check and group', async () => {
  expect(checkNames).toEqual(allChecks.map(({ name }) => name))
  expect(groupNames).toEqual(groups.map((group) => group.split(' ')[0]))
  const { stdout } = await run(['exercise', '--help'])
  for (const name of [...checkNames, ...groupNames]) expect(stdout).toContain(name)
})
