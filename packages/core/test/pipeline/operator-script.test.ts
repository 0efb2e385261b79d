import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-script-'))
const script = join(folder, 'process.mjs')

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'operator-script.process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@ainexlayer/source'],
    outfile: script,
    logLevel: 'error',
  })
})

afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['busy when the event is completed', 'busy', 'processed'],
  ['silent when the event is claimed', 'silent', 'retry_later'],
])('a script does not end while it waits for a job whose store is %s', (_, kind, outcome) => {
  const { status, stdout } = spawnSync(process.execPath, [script, kind], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: outcome })
})
