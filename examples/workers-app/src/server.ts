import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A string in Cap'n Proto's notation, which quotes as JSON does. */
const quoted = (text: string): string => JSON.stringify(text)

const port = Number(process.env['PORT'] ?? 3000)
const secret = process.env['AINEXLAYER_WEBHOOK_SECRET'] ?? ''
const folder = mkdtempSync(join(tmpdir(), 'workers-app-'))

await build({
  entryPoints: [join(import.meta.dirname, 'worker.ts')],
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['workerd', 'worker', 'import'],
  outfile: join(folder, 'worker.js'),
})

// With wrangler, this is `wrangler.toml` and `wrangler secret put AINEXLAYER_WEBHOOK_SECRET`.
writeFileSync(
  join(folder, 'config.capnp'),
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "2026-01-01",
    bindings = [(name = "AINEXLAYER_WEBHOOK_SECRET", text = ${quoted(secret)})],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);`,
)

// The binary itself, not the script in front of it, so that a signal reaches it.
const { default: workerd }: { default: string } = createRequire(import.meta.url)('workerd')
const worker = spawn(workerd, ['serve', join(folder, 'config.capnp')], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => worker.kill(signal))
worker.on('exit', (code) => process.exit(code ?? 0))
console.log(`POST http://127.0.0.1:${port}/webhooks/ainexlayer`)
