import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

/** A secret for tests, as the samples read it from the environment. */
const secret = `whsec_${randomBytes(32).toString('base64')}`

/** The longest that a sample may take, in milliseconds. */
const longestMs = 60_000

/**
 * What is run behind a sample: the first delivery, at once. It must be processed, or queued; where the sample has a
 * worker, it must have run there.
 */
const firstDelivery = (hasWorker) => `
import { fixture as fixture$, signedRequest as signedRequest$ } from '@ainexlayer/webhooks/testing'
const ran$ = Promise.withResolvers?.() ?? (() => {
  let resolve
  return { promise: new Promise((settle) => { resolve = settle }), resolve }
})()
receiver.on('document.processed', () => ran$.resolve())
const event$ = fixture$('document.processed')
const result$ = await receiver.handle(await signedRequest$({ event: { ...event$, id: crypto.randomUUID() }, secret: process.env.AINEXLAYER_WEBHOOK_SECRET }))
const { outcome: outcome$ } = result$
if (outcome$ !== 'processed' && outcome$ !== 'accepted') {
  console.error('the first delivery was', result$)
  process.exit(1)
}
${hasWorker ? 'await ran$.promise' : ''}
process.exit(0)
`

const toJavaScript = (code) =>
  ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  }).outputText

/** Writes every module below a folder as JavaScript to another one. */
const transpileAll = (from, to) => {
  for (const file of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !/(?<!\.d)\.tsx?$/.test(file.name)) continue
    const path = join(file.parentPath ?? file.path, file.name)
    const target = join(to, relative(from, path).replace(/\.tsx?$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, toJavaScript(readFileSync(path, 'utf8')))
  }
}

const servers = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/test',
}

/**
 * Runs samples against the servers of `REDIS_URL` and `DATABASE_URL`, by default those on their standard ports, each in
 * a process of its own.
 *
 * @param {string} workFolder where `blocks` and `presupposed` are
 * @param {readonly { file: string, code: string }[]} samples
 * @returns {{ file: string, output: string }[]} those that failed
 */
export const runSamples = (workFolder, samples) => {
  const runFolder = join(workFolder, 'run')
  transpileAll(join(workFolder, 'blocks'), join(runFolder, 'blocks'))
  transpileAll(join(workFolder, 'presupposed'), join(runFolder, 'presupposed'))
  const imports = { '#presupposed/*.ts': './presupposed/*.js' }
  writeFileSync(join(runFolder, 'package.json'), JSON.stringify({ type: 'module', imports }))
  return samples.flatMap(({ file, code }) => {
    const blocks = join(workFolder, 'blocks')
    const module = join(runFolder, 'blocks', relative(blocks, file).replace(/\.tsx?$/, '.js'))
    // Beside it: other samples of the page may import it.
    const script = module.replace(/\.js$/, '-first-delivery.js')
    const hasWorker = /^const worker\b/m.test(code)
    writeFileSync(script, `${readFileSync(module, 'utf8')}${firstDelivery(hasWorker)}`)
    const { status, stdout, stderr } = spawnSync('node', [script], {
      cwd: dirname(script),
      encoding: 'utf8',
      timeout: longestMs,
      env: { ...servers, ...process.env, AINEXLAYER_WEBHOOK_SECRET: secret },
    })
    return status === 0 ? [] : [{ file, output: `${stdout}${stderr}` || 'it did not end in time' }]
  })
}
