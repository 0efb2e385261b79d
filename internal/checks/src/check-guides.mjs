/**
 * Follows each guide of the README and of docs literally, as a newcomer does: in an empty folder, with the packed
 * packages from a registry on loopback, once with npm and once with pnpm. What some of them write is then compiled as
 * well. A folder of tarballs as the argument saves
 * packing them; a second argument is a word that the guide's name must contain.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { installRuntimes } from '@ainexlayer/webhooks-runtimes'
import { compileGuide } from './compile-guide.mjs'
import { guidesIn } from './guide-steps.mjs'
import { configuredRegistry, startRegistry } from './local-registry.mjs'
import { packAll } from './published-packages.mjs'
import { repositoryFiles } from './repository-files.mjs'

const root = resolve(import.meta.dirname, '../../..')
const workFolder = mkdtempSync(join(tmpdir(), 'ainexlayer-guides-'))
const [given, wanted = ''] = process.argv.slice(2)

/** The longest that one command may take, and the longest wait for a line of output, in milliseconds. */
const longest = { commandMs: 300_000, outputMs: 60_000 }

/** The pages whose files are compiled as well, as TypeScript. */
const typed = ['docs/start/express.md', 'docs/start/node.md']

const tarballsOf = () => {
  if (given !== undefined) return resolve(given)
  const tarballs = join(workFolder, 'tarballs')
  packAll(root, tarballs)
  return tarballs
}

/** The same command for pnpm; `pnpm init` would pin a pnpm of its own, to be downloaded. */
const forPnpm = (code) =>
  code
    .replace(/^npm init -y$/gm, "echo '{}' > package.json")
    .replace(/^npm install /gm, 'pnpm add ')
    .replace(/\bnpx /g, 'pnpm exec ')

const matcherOf = (line) =>
  new RegExp(
    line
      .trim()
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*'),
  )

/** Ends a terminal, and resolves when it has. */
const ended = async (child) => {
  const closed = new Promise((done) => child.on('close', done))
  if (child.exitCode !== null || child.signalCode !== null) return
  process.kill(-child.pid, 'SIGTERM')
  await closed
}

/** Follows one guide; resolves to its folder, and throws where the guide does not end as it says. */
const follow = async ({ steps }, manager, registry) => {
  const cwd = mkdtempSync(join(workFolder, `${manager}-`))
  const { CI: _, NODE_ENV: __, ...outer } = process.env
  const env = {
    ...outer,
    npm_config_registry: registry,
    pnpm_config_registry: registry,
    pnpm_config_store_dir: join(workFolder, 'pnpm-store'),
    npm_config_cache: join(workFolder, 'npm-cache'),
    npm_config_yes: 'true',
    npm_config_update_notifier: 'false',
    NO_COLOR: '1',
  }
  const terminals = []
  let printed = ''
  const start = (command) => {
    const child = spawn('bash', ['-ec', command], { cwd, env, detached: true })
    const keep = (chunk) => {
      printed += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    return child
  }
  const until = async (seen, what) => {
    const end = Date.now() + longest.outputMs
    while (!seen()) {
      if (Date.now() > end) throw new Error(`${what}. Printed so far:\n${printed}`)
      await sleep(50)
    }
  }
  try {
    for (const step of steps) {
      const code = manager === 'pnpm' ? forPnpm(step.code) : step.code
      if (step.kind === 'file') {
        mkdirSync(dirname(join(cwd, step.name)), { recursive: true })
        writeFileSync(join(cwd, step.name), `${code}\n`)
      } else if (step.kind === 'run') {
        const child = start(code)
        const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), longest.commandMs)
        const status = await new Promise((done) => child.on('close', done))
        clearTimeout(timer)
        if (status !== 0) throw new Error(`\`${code}\` ended with ${status}. Printed:\n${printed}`)
      } else if (step.kind === 'terminal') {
        terminals.push(start(code))
      } else if (step.kind === 'stop') {
        await ended(terminals.pop())
      } else {
        for (const line of step.code.split('\n').filter((one) => one.trim() !== '')) {
          await until(() => matcherOf(line).test(printed), `\`${line}\` is not printed`)
        }
      }
    }
    return cwd
  } finally {
    await Promise.all(terminals.map(ended))
  }
}

const guides = repositoryFiles(root)
  .filter((file) => /^(README|docs\/.*|packages\/[^/]+\/README)\.md$/.test(file))
  .flatMap((file) =>
    guidesIn(readFileSync(join(root, file), 'utf8')).map((guide) => ({ ...guide, file })),
  )
  .filter(({ name }) => name.includes(wanted))

/** The command line by `npx` in an empty folder, as each Node does it. */
const onNode = (name, node, registry) => {
  const cwd = mkdtempSync(join(workFolder, `${name}-`))
  const env = {
    ...process.env,
    PATH: `${dirname(node)}:${process.env.PATH}`,
    npm_config_registry: registry,
    npm_config_cache: join(workFolder, 'npm-cache'),
    npm_config_yes: 'true',
  }
  const script = `node --version
    npx @ainexlayer/webhooks-cli --version
    npx @ainexlayer/webhooks-cli secret generate > secret
    echo '{"type":"user.login","timestamp":"2026-01-01T00:00:00Z","data":{"id":"user-1"}}' > body.json
    npx @ainexlayer/webhooks-cli sign --secret-file secret --body @body.json`
  return promisify(execFile)('bash', ['-ec', script], { cwd, env, timeout: longest.commandMs })
}

const registry = await startRegistry(tarballsOf(), configuredRegistry())
let [passed, failed] = [0, 0]
for (const guide of guides) {
  for (const manager of ['npm', 'pnpm']) {
    const began = Date.now()
    const { folder, error } = await follow(guide, manager, registry.url).then(
      (cwd) => ({ folder: cwd }),
      (thrown) => ({ error: thrown }),
    )
    if (folder !== undefined) passed++
    else failed++
    console.log(
      `${folder !== undefined ? 'ok  ' : 'FAIL'} ${guide.file}, ${guide.name}, with ${manager}: ${Math.round((Date.now() - began) / 1000)} s`,
    )
    if (folder === undefined) console.log(error)
    else if (manager === 'npm' && typed.includes(guide.file)) {
      for (const { name, errors } of await compileGuide(folder, guide.steps, registry.url)) {
        if (errors.length === 0) passed++
        else failed++
        console.log(`${errors.length === 0 ? 'ok  ' : 'FAIL'} ${guide.file}, compiled by ${name}`)
        for (const line of errors) console.log(line)
      }
    }
  }
}
for (const [name, node] of Object.entries(installRuntimes()).filter(([one]) =>
  /^node-/.test(one),
)) {
  const { error, stdout } = await onNode(name, node, registry.url).catch((thrown) => ({
    error: thrown,
    stdout: '',
  }))
  const ok =
    error === undefined &&
    stdout.includes(`v${name.slice('node-'.length)}.`) &&
    /webhook-signature/.test(stdout)
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok  ' : 'FAIL'} npx in an empty folder on ${name}`)
  if (!ok) console.log(error ?? stdout)
}
registry.close()
rmSync(workFolder, { recursive: true, force: true })
console.log(`guides: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
