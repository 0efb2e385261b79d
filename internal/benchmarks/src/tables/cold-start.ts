import { spawnSync } from 'node:child_process'
import { median } from '../rounds.ts'
import type { Table } from '../table.ts'

const modules = [
  'zod',
  '@ainexlayer/webhooks',
  '@ainexlayer/webhooks-express',
  'standardwebhooks',
  'svix',
  'stripe',
  '@octokit/webhooks-methods',
  '@octokit/webhooks',
  '@hookflo/tern',
] as const

const rounds = 11

const importMs = (name: string): number => {
  const script = `const t = performance.now(); await import(${JSON.stringify(name)}); console.log(performance.now() - t)`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  return Number(stdout)
}

/** How many milliseconds an import takes in a new process. */
export const coldStart = async (): Promise<Table> => {
  const times = new Map<string, number[]>(modules.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of modules) times.get(name)?.push(importMs(name))
  }
  const zod = median(times.get('zod') ?? [])
  return {
    title: 'Cold start',
    note: `Milliseconds of \`import()\` in a new process, the median of ${rounds} interleaved rounds.`,
    columns: ['', 'import', 'more than zod'],
    rows: [...times].map(([name, values]) => [
      name,
      `${median(values).toFixed(1)} ms`,
      `${(median(values) - zod).toFixed(1)} ms`,
    ]),
  }
}
