/**
 * Reads the sources of every package: each public export has a docstring, no file is much over 300
 * lines, tests are in `test`, no file is a leftover of some tool, and the lockfile names no registry.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { leftoversAmong } from './leftovers.mjs'
import { publicEntries } from './public-entries.mjs'
import { repositoryFiles } from './repository-files.mjs'

const root = resolve(import.meta.dirname, '../../..')
const longestFile = 320
const problems = []

const manifests = ['packages', 'internal']
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  }))

const entries = publicEntries(root).map(({ source }) => source)

const program = ts.createProgram(entries, {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  customConditions: ['@ainexlayer/source'],
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
})
const checker = program.getTypeChecker()

let exported = 0
for (const entry of entries) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry))
  for (const symbol of checker.getExportsOfModule(module)) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    exported++
    if (target.getDocumentationComment(checker).length === 0) {
      problems.push(`${relative(root, entry)}: ${symbol.name} has no docstring`)
    }
  }
}

const sourceFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (file) =>
        file.isFile() && /\.(tsx?|mjs)$/.test(file.name) && !/\.test(-d)?\.ts$/.test(file.name),
    )
    .map((file) => join(file.parentPath ?? file.path, file.name))
    .filter((file) => !file.includes('node_modules') && !/fixtures\.ts$/.test(file))
let files = 0
for (const { folder } of manifests) {
  if (!existsSync(join(folder, 'src'))) continue
  for (const file of sourceFiles(join(folder, 'src'))) {
    files++
    const lines = readFileSync(file, 'utf8').split('\n').length
    if (lines > longestFile) problems.push(`${relative(root, file)} has ${lines} lines`)
    if (/(^|\/)(utils?|utilities|helpers?|common|managers?)(\.|\/)/.test(relative(root, file)))
      problems.push(`${relative(root, file)}: a name that says nothing`)
  }
}

const all = repositoryFiles(root)
for (const file of leftoversAmong(all)) problems.push(`${file} is a leftover: nothing needs it`)
for (const file of all) {
  if (/^(packages|internal)\/[^/]+\/src\/.*\.test(-d)?\.ts$/.test(file))
    problems.push(`${file}: tests belong in \`test\`, not in \`src\``)
}

if (/https?:\/\//.test(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'))) {
  problems.push('pnpm-lock.yaml names a host')
}

for (const problem of problems) console.log(`FAIL ${problem}`)
console.log(
  `sources: ${exported} public exports and ${files} files read, ${problems.length} problems`,
)
process.exitCode = problems.length === 0 ? 0 : 1
