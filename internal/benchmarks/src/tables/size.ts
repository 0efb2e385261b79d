import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Table } from '../table.ts'

const entries = [
  ['core: verifySignature', "export { verifySignature } from '@ainexlayer/webhooks'"],
  ['core: verify (typed events)', "export { verify } from '@ainexlayer/webhooks'"],
  ['core: createReceiver', "export { createReceiver } from '@ainexlayer/webhooks'"],
  ['core: createReceiver, with zod', "export { createReceiver } from '@ainexlayer/webhooks'"],
  ['core: everything', "export * from '@ainexlayer/webhooks'"],
  ['express adapter alone', "export * from '@ainexlayer/webhooks-express'"],
  ['hono adapter alone', "export * from '@ainexlayer/webhooks-hono'"],
  ['fastify adapter alone', "export * from '@ainexlayer/webhooks-fastify'"],
  ['next adapter alone', "export * from '@ainexlayer/webhooks-next'"],
  ['lambda adapter alone', "export * from '@ainexlayer/webhooks-lambda'"],
  ['standardwebhooks', "export * from 'standardwebhooks'"],
  ['svix: Webhook', "export { Webhook } from 'svix'"],
  ['stripe', "export { default } from 'stripe'"],
  ['@octokit/webhooks-methods', "export * from '@octokit/webhooks-methods'"],
  ['@octokit/webhooks', "export * from '@octokit/webhooks'"],
  ['@hookflo/tern', "export * from '@hookflo/tern'"],
] as const

/** The functions that load nothing on demand: split, they would be charged what only the diagnosis needs of a shared chunk. */
const loadsNothingLater = new Set(['core: verifySignature', 'core: verify (typed events)'])

/** Bytes of a bundle: in total, and of the entry alone if parts are loaded on demand. */
const sizeOf = async (
  code: string,
  external: readonly string[],
  splitting: boolean,
): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    write: false,
    splitting,
    outdir: 'unused',
    format: 'esm',
    platform: 'node',
    external: ['node:*', ...external],
    logLevel: 'silent',
    metafile: true,
  })
  // Parts that are imported on demand (the diagnosis) are not loaded at the start.
  const [entry] = outputFiles.filter(({ path }) => path.endsWith('stdin.js'))
  const needed = new Set<string>()
  const visit = (text: string, path: string): void => {
    needed.add(path)
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
      const file = outputFiles.find((one) => one.path.endsWith(`/${name}`))
      if (file !== undefined && !needed.has(file.path)) visit(file.text, file.path)
    }
  }
  if (entry !== undefined) visit(entry.text, entry.path)
  return outputFiles
    .filter(({ path }) => needed.has(path))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

/** Gzipped bytes by the name of the row: without zod where it is not said, and without the framework. */
export const gzippedSizes = async (): Promise<ReadonlyMap<string, number>> => {
  const sizes = new Map<string, number>()
  for (const [name, code] of entries) {
    const external = code.includes('@ainexlayer')
      ? ['hono', 'express', 'fastify', 'next', 'next/*']
      : []
    if (!name.endsWith('with zod')) external.push('zod', '#zod')
    if (name.includes('adapter')) external.push('@ainexlayer/webhooks', '@ainexlayer/webhooks/node')
    sizes.set(name, await sizeOf(code, external, !loadsNothingLater.has(name)))
  }
  return sizes
}

/** The size of each import. */
export const size = async (): Promise<Table> => ({
  title: 'Bundle size',
  note: 'esbuild, minified and gzipped; ours without zod unless it says so, adapters without core and the framework, peers with their dependencies.',
  columns: ['', 'gzipped'],
  rows: [...(await gzippedSizes())].map(([name, bytes]) => [name, kilobytes(bytes)]),
})
