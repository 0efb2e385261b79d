import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@ainexlayer/webhooks-client'
import { expect, onTestFinished, test } from 'vitest'

const entry = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

const folderOfTest = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ainl-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'state')
}

const run = (...args: string[]) => {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--conditions', '@ainexlayer/source', entry, ...args],
    { env: { ...process.env, AINEXLAYER_API_KEY: '' } },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const seen = { out: '', error: '' }
  child.stdout.on('data', (chunk) => {
    seen.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    seen.error += chunk
  })
  return { child, seen, ended: once(child, 'exit') }
}

const urlOf = async ({ seen }: ReturnType<typeof run>): Promise<string> => {
  await expect.poll(() => seen.out, { timeout: 15_000 }).toContain('API key')
  return /Sender\s+(\S+)/.exec(seen.out)?.[1] ?? ''
}

test('it starts, keeps its key and its state in a folder, and stops at a signal', async () => {
  const data = await folderOfTest()
  const first = run('--data', data, '--port', '0', '--dev')
  const url = await urlOf(first)
  const apiKey = (await readFile(join(data, 'api-key'), 'utf8')).trim()
  expect((await stat(join(data, 'api-key'))).mode & 0o777).toBe(0o600)
  expect(first.seen.out).not.toContain(apiKey)
  const client = createClient({ apiKey, baseUrl: url })
  await client.webhooks.create({ url: 'http://127.0.0.1:9/', events: ['*'] })
  expect((await client.dev.clock()).isVirtual).toBe(false)
  const second = run('--data', data, '--port', '0')
  expect((await second.ended)[0]).toBe(1)
  expect(second.seen.error).toContain('Another sender uses')
  first.child.kill('SIGTERM')
  expect((await first.ended)[0]).toBe(0)
  const again = run('--data', data, '--port', '0', '--print-key')
  const baseUrl = await urlOf(again)
  expect(again.seen.out).toContain(apiKey)
  const later = createClient({ apiKey, baseUrl })
  expect((await later.webhooks.list()).pagination.total).toBe(1)
})

test.for<[args: string[], words: string]>([
  [['--port', 'many'], '--port must be'],
  [['--port', '70000'], '--port must be'],
  [['--retry', 'often'], '--retry must be'],
  [['--ca', '/nowhere.pem'], 'There is no file'],
  [['--verbose'], "'--verbose'"],
  [['extra'], 'extra'],
])('wrong usage is exit 2, and says what is wrong: %j', async ([args, words]) => {
  const { ended, seen } = run(...args)
  expect((await ended)[0]).toBe(2)
  expect(seen.error).toContain(words)
  expect(seen.error).toContain('--help')
})

test('it describes itself', async () => {
  const help = run('--help')
  expect((await help.ended)[0]).toBe(0)
  for (const option of ['--data', '--port', '--dev', '--retry'])
    expect(help.seen.out).toContain(option)
  const version = run('--version')
  expect((await version.ended)[0]).toBe(0)
  expect(version.seen.out).toMatch(/^\d+\.\d+\.\d+\n$/)
})
