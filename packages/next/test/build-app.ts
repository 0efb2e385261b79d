import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The fixture app: one route for each way to use the adapter. */
export const appFolder: string = fileURLToPath(new URL('./app', import.meta.url))

/** Builds the app once for all tests, as a user's CI does: without the secret in the environment. */
export default function setup(): void {
  const { EDGE_SECRET: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(
    fileURLToPath(new URL('../node_modules/.bin/next', import.meta.url)),
    ['build'],
    {
      cwd: appFolder,
      encoding: 'utf8',
      env: { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    },
  )
  if (status !== 0) throw new Error(`next build failed:\n${stdout}\n${stderr}`)
}
