import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Figures {
  readonly code?: string
  readonly tookMs: number
  readonly blockedMs: number
  readonly rssMb: number
  readonly heapMb: number
}

const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-diagnose-'))
const script = join(folder, 'process.mjs')

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'hostile-request.process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@ainexlayer/source'],
    outfile: script,
    logLevel: 'error',
  })
})

afterAll(() => rmSync(folder, { recursive: true }))

const measured = (...args: readonly string[]): Figures => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (stdout === '') throw new Error(stderr.slice(0, 2000))
  console.log(args.join(' '), stdout.trim())
  return JSON.parse(stdout)
}

/**
 * What is demanded is a loop that never stands still for 50 ms. Other work on the machine makes a single run
 * longer than it is, never shorter, so that the best of three tells.
 */
const best = (...args: readonly string[]): Figures => {
  let figures = measured(...args)
  for (let i = 0; i < 2 && (figures.blockedMs > 50 || figures.rssMb > 32); i++) {
    figures = measured(...args)
  }
  return figures
}

const kinds = [
  'deep arrays, then numbers',
  'nothing but brackets',
  'nested objects',
  'many numbers',
  'many names',
  'one huge string',
  'quotes that never close',
  'replacement characters',
  'line breaks',
  'letters of Latin-1',
  'huge headers',
] as const

describe('a forged request against `diagnose: true` neither holds the event loop nor fills the memory', () => {
  test.each(kinds)(
    '%s',
    (kind) => {
      const { code, blockedMs, rssMb } = best(kind, String(64 * 1024))
      expect(code).toBeDefined()
      expect(blockedMs).toBeLessThan(50)
      expect(rssMb).toBeLessThan(32)
    },
    180_000,
  )

  test('a body above the limit of a diagnosis is not looked into', () => {
    const { code, blockedMs, rssMb } = best('deep arrays, then numbers', String(256 * 1024))
    expect(code).toBeUndefined()
    expect(blockedMs).toBeLessThan(50)
    expect(rssMb).toBeLessThan(32)
  }, 180_000)
})

test('a diagnosis that was asked for gives way too, for a body of 1 MiB', () => {
  for (const kind of ['deep arrays, then numbers', 'many numbers', 'replacement characters']) {
    expect(best(kind, String(1024 * 1024), 'diagnose').blockedMs).toBeLessThan(100)
  }
}, 180_000)
