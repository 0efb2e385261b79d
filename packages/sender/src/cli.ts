#!/usr/bin/env node
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { retryPresets } from '@ainexlayer/webhooks-contract'
import { isLoopback } from './api/access.ts'
import { SenderError } from './errors/sender-error.ts'
import { createSender } from './sender.ts'

const usage = `Usage: ainexlayer-webhooks-sender [options]

Starts the reference sender of AINexLayer webhooks, until SIGINT or SIGTERM.

  --data <folder>       where its state is kept (default: .ainexlayer)
  --memory              keep the state in memory, and lose it at the end
  --port <number>       where it listens (default: 3001)
  --host <address>      the interface (default: 127.0.0.1)
  --dev                 serve /dev/*, take faults, allow http and private addresses, retry fast
  --no-dashboard        do not serve the dashboard, which is served on loopback only
  --allow-private       allow http and private addresses as targets
  --retry <preset>      ${Object.keys(retryPresets).join(', ')} (default: standard, with --dev fast)
  --ca <file>           trust these certificates too, in PEM; may be given several times
  --print-key           print the API key
  --help, --version

The API key is AINEXLAYER_API_KEY, or the one in <folder>/api-key, which is made at the first start.
Exit codes: 0 stopped by a signal, 1 it could not start, 2 wrong usage.`

class UsageError extends Error {}

const options = {
  data: { type: 'string', default: '.ainexlayer' },
  memory: { type: 'boolean', default: false },
  port: { type: 'string', default: '3001' },
  host: { type: 'string', default: '127.0.0.1' },
  dev: { type: 'boolean', default: false },
  'no-dashboard': { type: 'boolean', default: false },
  'allow-private': { type: 'boolean', default: false },
  retry: { type: 'string' },
  ca: { type: 'string', multiple: true },
  'print-key': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
} as const

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const portOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (port < 0 || port > 65_535)
    throw new UsageError(`--port must be from 0 to 65535, not ${text}.`)
  return port
}

const presetOf = (name: string) => {
  const found = Object.entries(retryPresets).find(([preset]) => preset === name)
  if (found === undefined) {
    throw new UsageError(`--retry must be ${Object.keys(retryPresets).join(', ')}, not ${name}.`)
  }
  return found[1]
}

const fileOf = (file: string): string => {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`)
  return readFileSync(file, 'utf8')
}

/** The key of the environment, or the one of the folder, which is made once. */
const apiKeyOf = (folder: string | undefined): string => {
  const given = process.env['AINEXLAYER_API_KEY']
  if (given !== undefined && given !== '') return given
  const made = `ainl_${randomBytes(24).toString('hex')}`
  if (folder === undefined) return made
  const file = join(folder, 'api-key')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(file, `${made}\n`, { mode: 0o600 })
  return made
}

const version = (): string => {
  const manifest: { version?: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version ?? ''
}

const main = async (): Promise<void> => {
  const given = readArguments(process.argv.slice(2))
  if (given.help) return console.log(usage)
  if (given.version) return console.log(version())
  const port = portOf(given.port)
  const retry = presetOf(given.retry ?? (given.dev ? 'fast' : 'standard'))
  const ca = (given.ca ?? []).map(fileOf)
  const folder = given.memory ? undefined : given.data
  const apiKey = apiKeyOf(folder)
  const sender = createSender({
    apiKey,
    data: folder ?? ':memory:',
    dev: given.dev,
    dashboard: !given['no-dashboard'],
    allowPrivateTargets: given.dev || given['allow-private'],
    retry,
    ...(ca.length > 0 && { ca }),
  })
  const stop = (): void => {
    void sender.close().then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const { url, dashboard } = await sender.start({ port, host: given.host })
  console.log(`Sender     ${url}`)
  if (dashboard !== undefined) console.log(`Dashboard  ${dashboard}`)
  console.log(`State      ${folder ?? 'in memory'}`)
  const isSecret = !given['print-key'] && folder !== undefined
  const source = process.env['AINEXLAYER_API_KEY']
    ? 'of AINEXLAYER_API_KEY'
    : `in ${folder}/api-key`
  console.log(`API key    ${isSecret ? source : apiKey}`)
  if (!isLoopback(given.host))
    console.log(`Anyone who reaches ${given.host} and has the key may use it.`)
}

main().catch((error: unknown) => {
  const isUsage = error instanceof UsageError
  console.error(error instanceof Error ? error.message : error)
  if (isUsage) console.error('See --help.')
  else if (!(error instanceof SenderError)) console.error('The sender could not start.')
  process.exit(isUsage ? 2 : 1)
})
