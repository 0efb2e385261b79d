/** Builds the documentation site into `dist` of this package: `npx pnpm@12 site`. Any file server serves it. */
import { relative, resolve } from 'node:path'
import { buildSite } from './build-site.mjs'

const root = resolve(import.meta.dirname, '../../..')
const { folder, problems } = await buildSite(root)
for (const problem of problems) console.log(`FAIL ${problem}`)
if (problems.length === 0) console.log(`site: built into ${relative(root, folder)}`)
process.exitCode = problems.length === 0 ? 0 : 1
