import { execFile } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

const versions = ['5.0', '5.4', '5.9', '6.0', '7.0']

/** The compilers side by side, as dependencies of the consumer. */
export const compilers = Object.fromEntries(
  versions.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
)

const always = [
  ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--esModuleInterop'],
  ...['--target', 'es2022', '--types', 'node'],
]

/** The settings in use, each with the sources that it compiles: as CommonJS, as ESM or as both. */
const settings = [
  { module: 'commonjs', resolution: 'node10', files: ['consumer.ts'] },
  { module: 'node16', resolution: 'node16', files: ['consumer.cts', 'consumer.mts'] },
  // It reads the declarations for ESM and those for CommonJS, so they are checked themselves here, and only here.
  {
    module: 'nodenext',
    resolution: 'nodenext',
    files: ['consumer.cts', 'consumer.mts'],
    all: true,
  },
  { module: 'esnext', resolution: 'bundler', files: ['consumer.ts'] },
]

/** What one version has of its own; undefined where it no longer has the setting. */
const optionsOf = (version, resolution) => {
  if (resolution !== 'node10' || version < '6') return []
  return version < '7' ? ['--ignoreDeprecations', '6.0'] : undefined
}

/** Old compilers do not understand all declarations of today's Fastify, Hono and msw: ours they must. */
const isOurs = (line) =>
  line.includes('error') && (!line.startsWith('node_modules/') || line.includes('@ainexlayer/'))

const compile = (folder, version, { module, resolution, files, all = false }, own) =>
  new Promise((done) => {
    const choice = ['--module', module, '--moduleResolution', resolution, '--skipLibCheck', !all]
    execFile(
      join(folder, `node_modules/typescript-${version}/bin/tsc`),
      [...always, ...choice.map(String), ...own, ...files],
      { cwd: folder },
      (failure, stdout, stderr) => {
        const lines = stdout.split('\n')
        // It failed, and not by what it found.
        const crashed = failure !== null && !lines.some((line) => line.includes(': error TS'))
        done({
          name: `TypeScript ${version}, ${module}, ${resolution}`,
          errors: crashed ? [`${failure}`, stdout, stderr] : lines.filter(isOurs),
        })
      },
    )
  })

/** Compiles the consumer with every version and setting, and resolves to the errors that are ours. */
export const compileConsumer = async (folder) => {
  for (const kind of ['cts', 'mts']) {
    copyFileSync(join(folder, 'consumer.ts'), join(folder, `consumer.${kind}`))
  }
  const waiting = versions.flatMap((version) =>
    settings.flatMap((setting) => {
      const own = optionsOf(version, setting.resolution)
      return own === undefined ? [] : [() => compile(folder, version, setting, own)]
    }),
  )
  const results = []
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.push(await next())
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return results
}
