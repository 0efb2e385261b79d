import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Writes what only the owner may read, and keeps `.ainexlayer` out of git. */
export const writePrivate = (file: string, text: string): void => {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const ignore = join(folder, '.gitignore')
  if (basename(folder) === '.ainexlayer' && !existsSync(ignore)) writeFileSync(ignore, '*\n')
  writeFileSync(file, `${text}\n`, { mode: 0o600 })
  // The mode above is for new files only.
  chmodSync(file, 0o600)
}
