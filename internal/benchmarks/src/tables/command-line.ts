import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { configuredRegistry, startRegistry } from '@ainexlayer/webhooks-checks/local-registry'
import { packAll } from '@ainexlayer/webhooks-checks/published-packages'
import { median } from '../rounds.ts'
import type { Table } from '../table.ts'

const root = resolve(import.meta.dirname, '../../../..')
const bin = join(root, 'packages/cli/dist/bin.js')
const rounds = 11

/** What is started, by its name. */
const starts = {
  'node -e 0': ['-e', '0'],
  'webhooks-cli --version': [bin, '--version'],
  'webhooks-cli --help': [bin, '--help'],
  'webhooks-cli events': [bin, 'events'],
  "import('svix')": ['-e', "import('svix')"],
  "import('stripe')": ['-e', "import('stripe')"],
} as const

const startMs = (args: readonly string[]): number => {
  const began = performance.now()
  const { status } = spawnSync(process.execPath, args)
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`)
  return performance.now() - began
}

/** Kilobytes on disk, and how many packages. */
const installed = async (name: string, registry: string): Promise<readonly [string, string]> => {
  const folder = mkdtempSync(join(tmpdir(), 'ainl-size-'))
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, name]
  const env = { ...process.env, npm_config_registry: registry }
  const { status } = spawnSync('npm', args, { cwd: folder, env })
  if (status !== 0) throw new Error(`${name} could not be installed`)
  const disk = execFileSync('du', ['-sk', 'node_modules'], { cwd: folder, encoding: 'utf8' })
  const list = execFileSync('npm', ['ls', '--all', '--parseable'], {
    cwd: folder,
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  return [
    `${(Number.parseInt(disk, 10) / 1000).toFixed(1)} MB`,
    String(list.trim().split('\n').length - 1),
  ]
}

/** What the command line costs before it does anything: to start, and on disk. */
export const commandLine = async (): Promise<Table> => {
  const times = new Map<string, number[]>(Object.keys(starts).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(starts)) times.get(name)?.push(startMs(args))
  }
  const bare = median(times.get('node -e 0') ?? [])
  const tarballs = mkdtempSync(join(tmpdir(), 'ainl-tarballs-'))
  packAll(root, tarballs)
  const registry = await startRegistry(tarballs, configuredRegistry())
  const sizes: (readonly string[])[] = []
  for (const name of ['@ainexlayer/webhooks-cli', '@ainexlayer/webhooks', 'svix', 'stripe']) {
    sizes.push([`${name}, installed`, ...(await installed(name, registry.url))])
  }
  registry.close()
  rmSync(tarballs, { recursive: true })
  return {
    title: 'The command line',
    note: `Starts: a whole process, the median of ${rounds} interleaved rounds. Installs: on disk with dependencies, and how many packages.`,
    columns: ['', '', 'beside node -e 0, or packages'],
    rows: [
      ...[...times].map(([name, values]) => [
        name,
        `${median(values).toFixed(0)} ms`,
        `${(median(values) / bare).toFixed(2)} ×`,
      ]),
      ...sizes,
    ],
  }
}
