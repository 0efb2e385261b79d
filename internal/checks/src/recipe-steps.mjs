/**
 * The steps of a recipe, in the page's order. A block whose fence names a file is that file (`ts packages/a/b.ts`), or
 * changes it (`diff packages/a/b.ts`); a block of `sh` is run.
 *
 * @typedef {{ kind: 'file' | 'change', path: string, text: string, line: number } | { kind: 'run', text: string, line: number }} RecipeStep
 * @param {string} page
 * @returns {RecipeStep[]} `line` is that of the fence, from 1
 */
export const recipeSteps = (page) => {
  const steps = []
  let open
  for (const [index, line] of page.split('\n').entries()) {
    if (open !== undefined && line === '```') {
      const text = `${open.lines.join('\n')}\n`
      const { word, path } = open
      if (word === 'sh') steps.push({ kind: 'run', text, line: open.line })
      else if (path !== '')
        steps.push({ kind: word === 'diff' ? 'change' : 'file', path, text, line: open.line })
      open = undefined
    } else if (open !== undefined) open.lines.push(line)
    else {
      const [, word, path = ''] = /^```(\w+) ?(.*)$/.exec(line) ?? []
      if (word !== undefined) open = { word, path, line: index + 1, lines: [] }
    }
  }
  return steps
}

/**
 * Applies the lines of a diff where they are found: those that begin with a space or a minus must stand in the file in
 * this order, at one place. Parts that belong to other places are divided by a line of `@@`.
 *
 * @param {string} text of the file
 * @param {string} diff
 * @throws when the place is not found, or found twice
 */
export const withChange = (text, diff) => {
  let changed = `\n${text}`
  for (const part of diff.split(/^@@.*\n/m).filter((one) => one !== '')) {
    const lines = part.split('\n').slice(0, -1)
    const without = (mark) =>
      `\n${lines
        .filter((line) => !line.startsWith(mark))
        .map((line) => `${line.slice(1)}\n`)
        .join('')}`
    const before = without('+')
    const at = changed.indexOf(before)
    if (at === -1) throw new Error(`these lines are not there:${before}`)
    if (changed.includes(before, at + 1)) throw new Error(`these lines are there twice:${before}`)
    changed = changed.slice(0, at) + without('-') + changed.slice(at + before.length)
  }
  return changed.slice(1)
}
