import { copyFileSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

const hostOf = (root) => ({
  getCurrentDirectory: () => root,
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n',
})

/**
 * Writes the declarations of the packages' sources below a folder, laid out as the repository, where each package finds
 * its dependencies.
 *
 * @param {string} root the repository
 * @param {readonly { folder: string, source: string }[]} entries
 * @param {string} outDir
 */
export const writeDeclarations = (root, entries, outDir) => {
  rmSync(outDir, { recursive: true, force: true })
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = ts.createProgram(
    entries.map(({ source }) => source),
    {
      ...options,
      types: ['node'],
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir,
    },
  )
  const { diagnostics } = program.emit()
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, hostOf(root)))
  for (const folder of new Set(entries.map((entry) => entry.folder))) {
    const target = join(outDir, relative(root, folder))
    mkdirSync(target, { recursive: true })
    copyFileSync(join(folder, 'package.json'), join(target, 'package.json'))
    symlinkSync(realpathSync(join(folder, 'node_modules')), join(target, 'node_modules'))
  }
}
