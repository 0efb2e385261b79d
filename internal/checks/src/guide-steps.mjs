/**
 * The steps of a guide: what stands between `<!-- guide: name -->` and `<!-- end of guide -->` on a page of Markdown.
 * A block of code whose fence names a file (`ts server.mjs`) is written, one of `sh` is run to its end, one of
 * `sh terminal` is kept running, and each line of a `text` block must be printed by a terminal; `…` in it is anything.
 * `<!-- stop -->` ends the last terminal that still runs.
 *
 * @typedef {{ kind: 'file', name: string, code: string } | { kind: 'run' | 'terminal' | 'output' | 'stop', code: string }} Step
 * @param {string} text
 * @returns {{ name: string, steps: Step[] }[]}
 */
export const guidesIn = (text) => {
  const guides = []
  let guide
  let open
  for (const line of text.split('\n')) {
    const begun = /^<!-- guide: (.+) -->$/.exec(line)?.[1]
    const [, fence, word = '', rest = ''] = /^(`{3,})(\w*) ?(.*)$/.exec(line) ?? []
    if (begun !== undefined) {
      guide = { name: begun, steps: [] }
      guides.push(guide)
    } else if (line === '<!-- end of guide -->') guide = undefined
    else if (line === '<!-- stop -->') guide?.steps.push({ kind: 'stop', code: '' })
    else if (open !== undefined && line === open.fence) {
      guide?.steps.push({ ...stepOf(open.word, open.rest), code: open.lines.join('\n') })
      open = undefined
    } else if (open !== undefined) open.lines.push(line)
    else if (fence !== undefined) open = { fence, word, rest, lines: [] }
  }
  return guides
}

const stepOf = (word, rest) => {
  if (word === 'sh') return { kind: rest === 'terminal' ? 'terminal' : 'run' }
  if (word === 'text') return { kind: 'output' }
  if (rest === '') throw new Error(`A ${word} block of a guide does not name its file.`)
  return { kind: 'file', name: rest }
}
