import { dirname, extname, join } from 'node:path'
import ts from 'typescript'

/** The file ending for the word behind a fence; blocks in other languages are not compiled. */
const endings = {
  ts: '.ts',
  typescript: '.ts',
  tsx: '.tsx',
  js: '.js',
  javascript: '.js',
  jsx: '.jsx',
}

/** The name behind a fence; TypeScript that is saved as JavaScript keeps its own ending, which imports find. */
const sourceName = (rest, ending) => {
  const [name] = /^[\w./-]+\.[cm]?jsx?$/.exec(rest) ?? []
  return ending?.startsWith('.ts') ? name?.replace(/\.([cm]?)js(x?)$/, '.$1ts$2') : name
}

/**
 * The TypeScript and JavaScript blocks of a page of Markdown. A block that names its file in a comment on its first
 * line (`// worker.ts: …`), or behind the word of its fence (`js local.mjs`), gets that name, so that other blocks of
 * the page can import it. One below `<!-- run -->` is to be run.
 *
 * @param {string} text
 * @returns {{ line: number, file: string, code: string, run: boolean }[]} `line` is that of the fence, from 1
 */
export const codeBlocks = (text) => {
  const blocks = []
  let open
  let run = false
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent, fence, word, rest] = /^(\s*)(`{3,}|~{3,})\s*([\w-]*) ?(.*)$/.exec(line) ?? []
    if (open === undefined) {
      if (fence !== undefined) open = { line: index + 1, fence, indent, word, rest, run, lines: [] }
      if (line.trim() !== '') run = line.trim() === '<!-- run -->'
    } else if (fence?.startsWith(open.fence) && word === '') {
      const ending = endings[open.word.toLowerCase()]
      const code = open.lines.join('\n')
      const named = /^\/\/ ([\w./-]+\.[jt]sx?)\b/.exec(code)?.[1] ?? sourceName(open.rest, ending)
      if (ending !== undefined) {
        blocks.push({
          line: open.line,
          file: named ?? `line-${open.line}${ending}`,
          code,
          run: open.run,
        })
      }
      open = undefined
    } else open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
  }
  return blocks
}

/** @param {string} code */
const parsed = (code) => ts.createSourceFile('block.tsx', code, ts.ScriptTarget.ES2022, true)

/** The names that a pattern binds: `a`, `{ b, c: [d] }`. */
const boundNames = (name) =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) =>
        ts.isBindingElement(element) ? boundNames(element.name) : [],
      )

const importedNames = ({ importClause }) => {
  if (importClause === undefined) return []
  const { name, namedBindings: bindings } = importClause
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : []
  const whole = bindings && ts.isNamespaceImport(bindings) ? [bindings] : []
  return [name, ...[...named, ...whole].map((one) => one.name)].flatMap((one) => one?.text ?? [])
}

const namesOf = (statement) => {
  if (ts.isImportDeclaration(statement)) return importedNames(statement)
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name))
  }
  return statement.name && ts.isIdentifier(statement.name) ? [statement.name.text] : []
}

/**
 * The names that the statements of a file declare or import.
 *
 * @param {string} code
 * @returns {string[]}
 */
export const declaredNames = (code) => parsed(code).statements.flatMap(namesOf)

/**
 * The names that a file exports.
 *
 * @param {string} code
 * @returns {string[]}
 */
export const exportedNames = (code) =>
  parsed(code).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      return statement.exportClause.elements.map(({ name }) => name.text)
    }
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    return isExported ? namesOf(statement) : []
  })

/**
 * A block as a module of its own: what it uses and the page presupposes is imported behind it, where it moves no
 * line.
 *
 * @param {string} code
 * @param {readonly { from: string, names: readonly string[] }[]} presupposed the nearest one first
 * @param {boolean} [isCommonJs] whether it must have neither import nor export
 */
export const asModule = (code, presupposed, isCommonJs = false) => {
  const taken = new Set(declaredNames(code))
  const imports = (isCommonJs ? [] : presupposed).map(({ from, names }) => {
    const used = names.filter((name) => !taken.has(name) && new RegExp(`\\b${name}\\b`).test(code))
    for (const name of used) taken.add(name)
    return used.length === 0 ? '' : `import { ${used.join(', ')} } from '${from}'\n`
  })
  return `${code}\n${imports.join('')}${isCommonJs ? '' : 'export {}\n'}`
}

/**
 * The file of what a page presupposes, beside the pages' own layout.
 *
 * @param {string} page as `docs/wires.md`
 */
export const presupposedBy = (page) =>
  join(
    dirname(page),
    `${page.slice(dirname(page) === '.' ? 0 : dirname(page).length + 1, -extname(page).length)}.ts`,
  )
