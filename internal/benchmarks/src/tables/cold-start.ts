import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { signedRequest } from '@ainexlayer/webhooks/testing'
import { build } from 'esbuild'
import { bodyOf } from '../payload.ts'
import { median } from '../rounds.ts'
import type { Table } from '../table.ts'

const rounds = 15

/** Where what is started stands: in this package, so that its imports resolve. */
const scratch = resolve(import.meta.dirname, '../../results/cold-start')

/** Code that tells how long its `steps` take, in milliseconds each. */
const timing = (steps: string): string =>
  `const times = []; let at = performance.now(); const lap = () => { const now = performance.now(); times.push(now - at); at = performance.now() };
${steps}
console.log(JSON.stringify(times))`

const importing = (name: string): string => timing(`await import(${JSON.stringify(name)}); lap()`)

const requiring = (name: string): string =>
  `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
${timing(`require(${JSON.stringify(name)}); lap()`)}`

const request = async (id: string): Promise<string> => {
  const { headers, body } = await signedRequest({ body: bodyOf(1024), id })
  return JSON.stringify({ method: 'POST', headers, body: Buffer.from(body).toString() })
}

/** An import, a receiver with one handler, the first delivery and the second, as a function in a cloud has them. */
const deliveries = async (): Promise<string> => `
const encode = ({ body, ...rest }) => ({ ...rest, body: new TextEncoder().encode(body) })
const [first, second] = [encode(${await request('msg_first')}), encode(${await request('msg_second')})]
${timing(`
const { createReceiver } = await import('@ainexlayer/webhooks'); lap()
const { testSecret } = await import('@ainexlayer/webhooks/testing'); at = performance.now()
const quiet = { info() {}, warn() {}, error() {} }
const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('chat.message', () => {}); lap()
const one = await receiver.handle(first); lap()
const two = await receiver.handle(second); lap()
if (one.status !== 200 || two.status !== 200) throw new Error(one.status + ' ' + two.status)`)}`

/** A function as it is uploaded: one file, made by esbuild. `withZod` also uses zod itself, as many do. */
const bundle = async (name: string, code: string): Promise<string> => {
  const outfile = join(scratch, `${name}.mjs`)
  await build({
    stdin: { contents: code, resolveDir: scratch },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    outfile,
    logLevel: 'silent',
    // CommonJS that asks for Node's own modules, in a file of ES modules.
    banner: {
      js: "import { createRequire as $require } from 'node:module'; const require = $require(import.meta.url);",
    },
  })
  return outfile
}

const handler = `import { createReceiver } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-lambda'
export const handler = webhookHandler(createReceiver({ secret: 'whsec_${'A'.repeat(43)}=' }).on('chat.message', () => {}))`

/** The programs by the name of their row. */
const programs = async (): Promise<ReadonlyMap<string, string>> => {
  const zodInZip = await bundle('zod', "export { object, string } from 'zod'")
  const ours = await bundle('handler', handler)
  const withZod = await bundle(
    'handler-zod',
    `${handler}\nimport { object, string } from 'zod'\nexport const mine = object({ a: string() })`,
  )
  return new Map([
    ['zod', importing('zod')],
    ['zod, by require', requiring('zod')],
    ['@ainexlayer/webhooks', importing('@ainexlayer/webhooks')],
    ['@ainexlayer/webhooks, by require', requiring('@ainexlayer/webhooks')],
    ['@ainexlayer/webhooks, and its first two deliveries', await deliveries()],
    ['@ainexlayer/webhooks-express', importing('@ainexlayer/webhooks-express')],
    ['zod, as one file by esbuild', importing(zodInZip)],
    ['a Lambda handler, as one file by esbuild', importing(ours)],
    ['a Lambda handler that uses zod itself, as one file', importing(withZod)],
    ['standardwebhooks', importing('standardwebhooks')],
    ['svix', importing('svix')],
    ['stripe', importing('stripe')],
    ['@octokit/webhooks-methods', importing('@octokit/webhooks-methods')],
    ['@octokit/webhooks', importing('@octokit/webhooks')],
    ['@hookflo/tern', importing('@hookflo/tern')],
  ])
}

const run = (file: string): readonly number[] => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n[') + 1))
}

interface Start {
  readonly name: string
  /** The import, and what was timed after it, in milliseconds: medians over the rounds. */
  readonly ms: readonly number[]
  /** The import's time beside that of zod, loaded in the same way, in the same round: the median. */
  readonly besideZod: number
}

const measure = async (): Promise<readonly Start[]> => {
  mkdirSync(scratch, { recursive: true })
  const files = [...(await programs())].map(([name, code], index) => {
    const file = join(scratch, `start-${index}.mjs`)
    writeFileSync(file, code)
    return { name, file, times: [] as (readonly number[])[] }
  })
  for (let round = 0; round < rounds; round++) {
    for (const { file, times } of files) times.push(run(file))
  }
  rmSync(scratch, { recursive: true })
  const zodOf = (name: string) =>
    files.find((one) => one.name === (name.endsWith('by require') ? 'zod, by require' : 'zod'))
  return files.map(({ name, times }) => {
    const zod = zodOf(name)?.times ?? []
    return {
      name,
      ms: (times[0] ?? []).map((_, index) => median(times.map((lap) => lap[index] ?? Number.NaN))),
      besideZod: median(
        times.map(([ms = Number.NaN], round) => ms / (zod[round]?.[0] ?? Number.NaN)),
      ),
    }
  })
}

/**
 * What CI holds: beside zod, the import of core by `import` and by `require`, and the load of a Lambda function; and what
 * the first delivery takes beyond the second.
 */
export const coldStartFigures = async () => {
  const starts = await measure()
  const beside = (name: string) => starts.find((one) => one.name === name)?.besideZod ?? Number.NaN
  const [, , first = Number.NaN, second = Number.NaN] =
    starts.find(({ name }) => name.endsWith('first two deliveries'))?.ms ?? []
  return {
    imported: beside('@ainexlayer/webhooks'),
    required: beside('@ainexlayer/webhooks, by require'),
    inLambda: beside('a Lambda handler, as one file by esbuild'),
    firstDeliveryMs: first - second,
  }
}

/** How many milliseconds an import takes in a new process. */
export const coldStart = async (): Promise<Table> => ({
  title: 'Cold start',
  note: `Milliseconds in a new process: of \`import()\` or \`require\`, of a receiver with one handler, and of its first two deliveries. Medians of ${rounds} interleaved rounds; the ratio is to zod loaded in the same way.`,
  columns: ['', 'loaded', 'ratio', 'receiver', 'first delivery', 'second'],
  rows: (await measure()).map(({ name, ms: [loaded = 0, ...after], besideZod }) => [
    name,
    `${loaded.toFixed(1)} ms`,
    `${besideZod.toFixed(2)} ×`,
    ...[0, 1, 2].map((index) =>
      after[index] === undefined ? '' : `${after[index].toFixed(1)} ms`,
    ),
  ]),
})
