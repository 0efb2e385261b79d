import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createProgram } from '../src/program/program.ts'
import { oursOnNode } from './receivers/ours.ts'
import { folder, run, secrets } from './running.ts'

interface Tree {
  readonly commands: readonly Tree[]
  name(): string
}

const pathsOf = (command: Tree, path: readonly string[]): string[][] =>
  command.commands.length === 0 || path[0] === 'events'
    ? [[...path], ...command.commands.flatMap((one) => pathsOf(one, [...path, one.name()]))]
    : command.commands.flatMap((one) => pathsOf(one, [...path, one.name()]))

const paths = pathsOf(
  createProgram(async () => {}),
  [],
)

test('every command of the issue is there', () => {
  expect([...new Set(paths.map(([first]) => first))].sort()).toEqual(
    [
      'completion',
      'deliveries',
      'dev',
      'doctor',
      'events',
      'exercise',
      'listen',
      'recover',
      'redeliver',
      'replay',
      'secret',
      'sign',
      'trigger',
      'verify',
      'webhooks',
    ].sort(),
  )
})

test.for(paths.map((path) => [path.join(' '), path] as const))(
  '%s --help has an example, and --json, --quiet and --no-color',
  async ([, path]) => {
    const ran = await run([...path, '--help'])
    expect(ran.exitCode).toBe(0)
    expect(ran.stdout).toContain(`$ ainexlayer-webhooks ${path.join(' ')}`)
    expect(ran.stdout).toContain('Examples:')
    for (const option of ['--json', '--quiet', '--no-color']) expect(ran.stdout).toContain(option)
    const unknown = await run([...path, '--frobnicate'])
    expect(unknown.exitCode).toBe(2)
    expect(unknown.stderr).toMatch(
      /unknown option '--frobnicate'|missing required argument|required option/,
    )
  },
)

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const node = ['--import', import.meta.resolve('tsx'), '--conditions', '@ainexlayer/source', bin]

test('the binary says its version, and passes exit codes on', async () => {
  const env = { ...process.env, AINEXLAYER_WEBHOOK_SECRET: secrets.test }
  const execute = promisify(execFile)
  expect((await execute(process.execPath, [...node, '--version'], { env })).stdout).toMatch(
    /^\d+\.\d+\.\d+\n$/,
  )
  const { url } = await oursOnNode()
  const sent = await execute(process.execPath, [...node, 'trigger', 'user.login', '--to', url], {
    env,
  })
  expect(sent.stdout).toContain('delivered')
  await expect(
    execute(process.execPath, [...node, 'trigger', 'user.log', '--to', url], { env }),
  ).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean user.login?') })
}, 150_000)

test('SIGINT ends dev with 130', async () => {
  const { url } = await oursOnNode()
  const child = spawn(process.execPath, [...node, 'dev', url, '--port', '0'], {
    cwd: await folder(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const ended = once(child, 'exit')
  await expect.poll(() => output, { timeout: 90_000 }).toContain('Secret')
  child.kill('SIGINT')
  expect((await ended)[0]).toBe(130)
}, 150_000)

test('dev whose reader has left ends in order: no stack, and no word of a sender that is gone', async () => {
  const { url } = await oursOnNode()
  const cwd = await folder()
  const child = spawn(process.execPath, [...node, 'dev', url, '--port', '0'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let prose = ''
  child.stderr.on('data', (chunk) => {
    prose += chunk
  })
  const ended = once(child, 'exit')
  await expect.poll(() => prose, { timeout: 90_000 }).toContain('Send events')
  child.stdout.destroy()
  await run(['trigger', 'chat.message'], { cwd })
  expect((await ended)[0]).toBe(141)
  expect(prose).not.toMatch(/EPIPE|Interrupted/)
  expect(await readdir(join(cwd, '.ainexlayer'))).not.toContain('sender.json')
}, 150_000)

const full = '/dev/full'

test.skipIf(!existsSync(full))(
  'a result that cannot be written is told, and no success',
  async () => {
    const disk = await open(full, 'w')
    const child = spawn(process.execPath, [...node, 'events'], {
      stdio: ['ignore', disk.fd, 'pipe'],
    })
    let prose = ''
    child.stderr?.on('data', (chunk) => {
      prose += chunk
    })
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(prose).toContain('The output cannot be written: ENOSPC')
    await disk.close()
  },
  150_000,
)
