import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createSender } from '../../src/index.ts'

test('a file that is no database is told as such, and one in its place is used', async () => {
  const data = mkdtempSync(join(tmpdir(), 'ainl-damaged-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const file = join(data, 'sender.db')
  writeFileSync(file, 'this is no database, however long it is made '.repeat(100))
  expect(() => createSender({ apiKey: 'a', data })).toThrow(
    expect.objectContaining({ code: 'data_damaged', message: expect.stringContaining(file) }),
  )
  rmSync(file)
  await createSender({ apiKey: 'a', data }).close()
})
