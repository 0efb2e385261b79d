/**
 * Compiles every TypeScript and JavaScript block of the READMEs and of docs against the packed packages, as a user's
 * compiler does: `strict` and `exactOptionalPropertyTypes`. What a block presupposes (`pool`, `secret`) is declared in
 * `presupposed/`, in the file named like its page or in `every-page.ts`. Blocks below `<!-- run -->` are then run against
 * the real servers, with their first delivery. A folder of tarballs as the argument saves
 * packing them.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'
import { asModule, codeBlocks, exportedNames, presupposedBy } from './code-blocks.mjs'
import { packArguments, publishedPackages, tarballOf } from './published-packages.mjs'
import { repositoryFiles } from './repository-files.mjs'
import { runSamples } from './run-samples.mjs'

const root = resolve(import.meta.dirname, '../../..')
const workFolder = realpathSync(mkdtempSync(join(tmpdir(), 'ainexlayer-docs-')))
const modules = join(workFolder, 'node_modules')

const run = (command, args, cwd) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${stdout}${stderr}`, { cause: error })
}

/** Packs the packages, and lays them where an install puts them. */
const installPackages = () => {
  const [given] = process.argv.slice(2)
  const tarballs = given === undefined ? join(workFolder, 'tarballs') : resolve(given)
  mkdirSync(tarballs, { recursive: true })
  for (const { folder, manifest } of publishedPackages(root)) {
    if (given === undefined) run('pnpm', packArguments(tarballs), folder)
    const target = join(modules, manifest.name)
    mkdirSync(target, { recursive: true })
    run('tar', ['-xzf', tarballOf(tarballs, manifest), '-C', target, '--strip-components=1'], root)
  }
}

/** Whether a folder of `node_modules` holds packages of a scope, or is a package. */
const packagesIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((name) =>
        name.startsWith('@')
          ? readdirSync(join(folder, name)).map((one) => `${name}/${one}`)
          : [name],
      )
    : []

/** Links what the workspace has of frameworks, clients and their types; the first version found is taken. */
const linkFrameworks = () => {
  const places = [
    root,
    ...['packages', 'internal', 'examples'].flatMap((parent) =>
      readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
    ),
  ]
  for (const place of places) {
    for (const name of packagesIn(join(place, 'node_modules'))) {
      const link = join(modules, name)
      if (name.startsWith('.') || name.startsWith('@ainexlayer') || existsSync(link)) continue
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(realpathSync(join(place, 'node_modules', name)), link)
    }
  }
}

/** Writes each block as a module; gives back where it stands in its page, by its file. */
const writeBlocks = () => {
  cpSync(join(import.meta.dirname, 'presupposed'), join(workFolder, 'presupposed'), {
    recursive: true,
  })
  const namesOf = (file) =>
    exportedNames(readFileSync(join(workFolder, 'presupposed', file), 'utf8'))
  const pages = repositoryFiles(root).filter((file) =>
    /^(README|docs\/.*|packages\/[^/]+\/README)\.md$/.test(file),
  )
  const blocks = new Map()
  for (const page of pages) {
    const presupposed = [presupposedBy(page), 'every-page.ts']
      .filter((file) => existsSync(join(workFolder, 'presupposed', file)))
      .map((file) => ({ from: `#presupposed/${file}`, names: namesOf(file) }))
    for (const { line, file, code, run: isRun } of codeBlocks(
      readFileSync(join(root, page), 'utf8'),
    )) {
      const target = join(workFolder, 'blocks', page, file)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, asModule(code, presupposed, file.endsWith('.cjs')))
      blocks.set(target, { page, line, code, isRun })
    }
  }
  return blocks
}

/** What stands in for packages that are not installed here. */
const ambientTypes = () =>
  readdirSync(join(workFolder, 'presupposed'))
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => join(workFolder, 'presupposed', file))

/** What the compiler says, by the file it says it of; what no file causes is under `undefined`. */
const compile = (files) => {
  const program = ts.createProgram(files, {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: true,
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    jsx: ts.JsxEmit.ReactJSX,
    types: ['node'],
    typeRoots: [join(modules, '@types')],
  })
  return ts.getPreEmitDiagnostics(program)
}

try {
  installPackages()
  linkFrameworks()
  const imports = { '#presupposed/*': './presupposed/*' }
  writeFileSync(join(workFolder, 'package.json'), JSON.stringify({ type: 'module', imports }))
  const blocks = writeBlocks()
  const faulty = new Set()
  for (const { file, start, messageText } of compile([...blocks.keys(), ...ambientTypes()])) {
    const block = blocks.get(file?.fileName)
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line
    const place =
      block === undefined
        ? `${file?.fileName.replace(workFolder, 'internal/checks/src') ?? 'the compiler'}:${line + 1}`
        : `${block.page}:${block.line + Math.min(line + 1, block.code.split('\n').length)}`
    console.log(`FAIL ${place} ${ts.flattenDiagnosticMessageText(messageText, '\n  ')}`)
    faulty.add(file?.fileName)
  }
  const passed = [...blocks.keys()].filter((file) => !faulty.has(file)).length
  console.log(`docs: ${passed} passed, ${faulty.size} failed`)
  const samples = [...blocks].flatMap(([file, { code, isRun }]) => (isRun ? [{ file, code }] : []))
  const broken = faulty.size === 0 ? runSamples(workFolder, samples) : samples
  for (const { file, output = 'not run: the blocks do not compile' } of broken) {
    const { page, line } = blocks.get(file)
    console.log(`FAIL ${page}:${line} ${output}`)
  }
  console.log(`samples: ${samples.length - broken.length} passed, ${broken.length} failed`)
  process.exitCode = faulty.size + broken.length === 0 && samples.length > 0 ? 0 : 1
} finally {
  rmSync(workFolder, { recursive: true, force: true })
}
