/**
 * Writes the files of `@ainexlayer/webhooks/schemas/*`; that they are current is a test.
 *
 * Usage: npx pnpm@12 update:schemas
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { files, folder } from './files.ts'

mkdirSync(folder, { recursive: true })
const wanted = await files()
for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(join(folder, name))
for (const [name, text] of wanted) writeFileSync(join(folder, name), text)
console.log(`${wanted.size} files in ${folder}`)
