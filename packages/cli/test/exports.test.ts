import { expect, test } from 'vitest'
import * as cli from '../src/index.ts'

test('the package exports what the README names, and nothing else', () => {
  expect(Object.keys(cli).sort()).toEqual(['main'])
})
