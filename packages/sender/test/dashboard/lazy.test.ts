import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'tsup'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createSender } from '../../src/index.ts'

const loads = vi.hoisted(() => ({ count: 0 }))

vi.mock('../../src/dashboard/index.tsx', async (original) => {
  loads.count += 1
  return original()
})

test('the dashboard is loaded with the first request to it, and not before', async () => {
  const sender = createSender({ apiKey: 'test', dashboard: true })
  onTestFinished(() => sender.close())
  const { url, dashboard = '' } = await sender.start()
  await fetch(`${url}/healthz`)
  expect(loads.count).toBe(0)

  await Promise.all([fetch(dashboard), fetch(dashboard)])

  expect(loads.count).toBe(1)
})

test('nothing of it is in what `createSender` is bundled to', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'sender-'))
  onTestFinished(() => rmSync(outDir, { recursive: true }))
  await build({
    config: false,
    silent: true,
    entry: { index: join(import.meta.dirname, '../../src/index.ts') },
    outDir,
    format: 'esm',
    splitting: true,
    dts: false,
    target: 'node20',
    tsconfig: join(import.meta.dirname, '../../tsconfig.json'),
    noExternal: ['@ainexlayer/webhooks-contract'],
  })
  const loaded = new Set<string>()
  const follow = (name: string): void => {
    if (loaded.has(name)) return
    loaded.add(name)
    const text = readFileSync(join(outDir, name), 'utf8')
    for (const [, chunk = ''] of text.matchAll(
      /^(?:import|export)\b[^;]*?["']\.\/([^"']+)["']/gm,
    )) {
      follow(chunk)
    }
  }
  follow('index.js')
  const code = [...loaded].map((name) => readFileSync(join(outDir, name), 'utf8')).join('\n')

  expect(code).toContain('createSender')
  expect(code).toContain('import("./dashboard')
  for (const word of ['hono/jsx', 'htmx', 'guardEntry', 'hx-get', 'app.css']) {
    expect(code, word).not.toContain(word)
  }
})
