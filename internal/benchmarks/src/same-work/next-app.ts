import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/** Builds an app for Next with one route, in this package's cache, and returns its folder. */
export const buildNextApp = async (): Promise<string> => {
  const folder = resolve('.cache/next-app')
  mkdirSync(join(folder, 'app'), { recursive: true })
  await build({
    entryPoints: [resolve(import.meta.dirname, 'next-route.ts')],
    outfile: join(folder, 'app/route.js'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(folder, 'next.config.js'),
    "export default { serverExternalPackages: ['ioredis'], turbopack: { root: '/' } }",
  )
  const { status, stderr, stdout } = spawnSync('npx', ['next', 'build', folder], {
    encoding: 'utf8',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (status !== 0) throw new Error(`Next could not build the app: ${stdout}${stderr}`)
  return folder
}
