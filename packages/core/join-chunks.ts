import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { transform } from 'esbuild'
import { type GetModuleInfo, rollup } from 'rollup'

const formats = [
  { format: 'es', extension: 'js' },
  { format: 'cjs', extension: 'cjs' },
] as const

/** What rollup leaves of one, to keep the order in which files are run. */
const unusedImport = /^(?:import |require\()'\.\/[^']+'\)?;\n/gm

/** What `from` loads at once, itself included. */
const loadedBy = (from: readonly string[], about: GetModuleInfo): ReadonlySet<string> => {
  const found = new Set<string>()
  const walk = (id: string): void => {
    if (found.has(id)) return
    found.add(id)
    for (const imported of about(id)?.importedIds ?? []) walk(imported)
  }
  for (const id of from) walk(id)
  return found
}

/**
 * Joins the chunks that `index` loads into few: `core`, beneath it `signature`, which a file that is imported later loads
 * too, and `base`, which those `apart` load. Bundlers that write one file make a function of everything that a later
 * import loads, and such code is compiled twice: with one chunk it would be all of it, and zod. Whoever builds with
 * shared chunks gets one for each set of subpaths that share it, here 24, and Node takes as long to find and read them
 * as to compile them. Still one file for each class, so that an error is the same class from every subpath.
 *
 * @param entries - the names of the built entries, of which `index` is one
 * @param apart - those of them that `index` loads through package.json; they must not load `index`'s chunk in turn
 */
export const joinChunks = async (
  folder: string,
  entries: readonly string[],
  apart: readonly string[],
): Promise<void> => {
  // Both formats are written from the ES modules.
  const entryFile = (name: string): string => resolve(folder, `${name}.js`)
  const isBuilt = (id: string): boolean => id.startsWith('.') || id.startsWith(resolve(folder))
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((name) => [name, entryFile(name)])),
    external: (id) => !isBuilt(id),
    // An import for nothing but its effects is a warning wherever it is bundled, and there are no effects.
    treeshake: { moduleSideEffects: false },
  })
  const built = readdirSync(folder).filter((file) => /\.c?js$/.test(file))
  const outputs = await Promise.all(
    formats.map(({ format, extension }) =>
      bundle.generate({
        format,
        exports: 'named',
        interop: 'esModule',
        entryFileNames: `[name].${extension}`,
        chunkFileNames: `[name].${extension}`,
        hoistTransitiveImports: false,
        minifyInternalExports: false,
        manualChunks: (id, { getModuleInfo }) => {
          const isEntry = getModuleInfo(id)?.isEntry
          if (loadedBy(apart.map(entryFile), getModuleInfo).has(id)) return isEntry ? null : 'base'
          const first = loadedBy([entryFile('index')], getModuleInfo)
          if (!first.has(id)) return null
          const later = [...first].flatMap(
            (one) => getModuleInfo(one)?.dynamicallyImportedIds ?? [],
          )
          return loadedBy(later, getModuleInfo).has(id) ? 'signature' : 'core'
        },
      }),
    ),
  )
  await bundle.close()
  for (const file of built) rmSync(join(folder, file))
  for (const { output } of outputs) {
    for (const file of output) {
      if (file.type !== 'chunk') continue
      writeFileSync(join(folder, file.fileName), file.code.replace(unusedImport, ''))
    }
  }
}

/** Where the code of a package begins, as esbuild tells it: the notices and the bill of materials are checked against it. */
const origins = /^\/\/ .*node_modules\/\.pnpm\/[^/]+\/node_modules\/[^/]+\//gm

/** Takes the whitespace and the long names out of a file that nobody reads: the less there is, the sooner it is compiled. */
export const minifyFile = async (file: string): Promise<void> => {
  const built = readFileSync(file, 'utf8')
  const { code } = await transform(built, { minify: true, target: 'node20' })
  const parts = new Set(built.match(origins))
  writeFileSync(file, [...parts, code].join('\n'))
}
