/**
 * Follows the recipes for contributors word by word, each in a copy of the repository as it is now: the pages that
 * CONTRIBUTING.md links in `contributing/`. A recipe that is no longer true fails at the step that does not work.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { recipeSteps, withChange } from './recipe-steps.mjs'
import { repositoryFiles } from './repository-files.mjs'

const root = resolve(import.meta.dirname, '../../..')
const limitMs = 300_000
const files = repositoryFiles(root)

const copied = () => {
  const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-recipe-'))
  for (const file of files) cpSync(join(root, file), join(folder, file))
  return folder
}
// The packages are not built on an install: tests and types run on the sources.
const env = {
  ...process.env,
  CI: 'true',
  npm_config_ignore_scripts: 'true',
  pnpm_config_ignore_scripts: 'true',
}

const take = (step, folder) => {
  if (step.kind === 'run') {
    const { status, stdout, stderr, error } = spawnSync('sh', ['-e', '-c', step.text], {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: limitMs,
    })
    if (status !== 0) throw new Error(`${error ?? ''}${stdout}${stderr}`)
    const counts = stdout.match(/^\s*Tests .*$/gm) ?? []
    return counts.map((line) => line.trim().replace(/\s+/g, ' ')).join('; ')
  }
  const path = join(folder, step.path)
  mkdirSync(dirname(path), { recursive: true })
  const text = step.kind === 'file' ? step.text : withChange(readFileSync(path, 'utf8'), step.text)
  writeFileSync(path, text)
  return ''
}

const follow = (page) => {
  const started = performance.now()
  const folder = copied()
  const steps = recipeSteps(readFileSync(join(root, page), 'utf8'))
  const proofs = []
  try {
    for (const step of steps) {
      try {
        proofs.push(take(step, folder))
      } catch (error) {
        const where = step.kind === 'run' ? step.text.trim() : step.path
        console.log(`FAIL ${page}:${step.line} ${where}\n${error.message}`)
        return false
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const proof = proofs.filter((one) => one !== '').join('; ')
  // A recipe that proves nothing is not followed.
  const isProven = steps.length > 0 && proof !== ''
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `${isProven ? 'ok  ' : 'FAIL'} ${page}: ${steps.length} steps, ${seconds} s. ${proof}`,
  )
  return isProven
}

const linked = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').matchAll(
  /\]\((contributing\/[\w-]+\.md)\)/g,
)
const pages = [...new Set([...linked].map(([, page]) => page))]
for (const file of files) {
  if (/^contributing\/.+\.md$/.test(file) && !pages.includes(file)) {
    console.log(`FAIL ${file}: CONTRIBUTING.md does not link it`)
    process.exitCode = 1
  }
}
const followed = pages.filter(follow).length
console.log(`recipes: ${followed} followed, ${pages.length - followed} failed`)
if (followed < pages.length || followed === 0) process.exitCode = 1
