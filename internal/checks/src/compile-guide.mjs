import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The longest that an install or a compiler may take, in milliseconds. */
const longestMs = 300_000

/** The oldest compiler that guides promise, and the newest. */
const versions = { 5.5: '5.5', newest: 'latest' }

/** The settings in use, each with the kinds of module that the files are compiled as. */
const settings = [
  { module: 'node16', resolution: 'node16', kinds: ['mts', 'cts'] },
  { module: 'nodenext', resolution: 'nodenext', kinds: ['mts', 'cts'] },
  { module: 'esnext', resolution: 'bundler', kinds: ['mts'] },
]

const run = promisify(execFile)

/** Installs the compilers beside what the guide installed, with the types that its frameworks lack. */
const installCompilers = async (folder, steps, registry) => {
  const usesExpress = steps.some(({ code }) => code.includes("from 'express'"))
  const compilers = Object.entries(versions).map(
    ([name, version]) => `typescript-${name}@npm:typescript@${version}`,
  )
  const types = ['@types/node@20', ...(usesExpress ? ['@types/express'] : [])]
  await run('npm', ['install', '--no-audit', '--no-fund', ...compilers, ...types], {
    cwd: folder,
    timeout: longestMs,
    env: { ...process.env, npm_config_registry: registry },
  })
}

/**
 * Compiles what a guide wrote: each of its modules of TypeScript, as an ES module and as CommonJS, by the oldest and the
 * newest compiler, with each way to resolve imports.
 *
 * @param {string} folder where the guide was followed
 * @param {readonly { kind: string, name?: string, code: string }[]} steps
 * @param {string} registry
 * @returns {Promise<{ name: string, errors: string[] }[]>}
 */
export const compileGuide = async (folder, steps, registry) => {
  await installCompilers(folder, steps, registry)
  const modules = steps.filter(({ kind, name }) => kind === 'file' && name.endsWith('.mjs'))
  for (const { name, code } of modules) {
    for (const kind of ['mts', 'cts']) writeFileSync(join(folder, name.replace(/mjs$/, kind)), code)
  }
  const results = []
  for (const version of Object.keys(versions)) {
    for (const { module, resolution, kinds } of settings) {
      const files = modules.flatMap(({ name }) => kinds.map((kind) => name.replace(/mjs$/, kind)))
      const options = [
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--esModuleInterop',
        '--skipLibCheck',
      ]
      const choice = [
        '--target',
        'es2022',
        '--types',
        'node',
        '--module',
        module,
        '--moduleResolution',
        resolution,
      ]
      const compiler = join(folder, `node_modules/typescript-${version}/bin/tsc`)
      const errors = await run(compiler, [...options, ...choice, ...files], {
        cwd: folder,
        timeout: longestMs,
      }).then(
        () => [],
        ({ stdout, stderr }) => [stdout || stderr],
      )
      results.push({ name: `TypeScript ${version}, ${resolution}`, errors })
    }
  }
  return results
}
