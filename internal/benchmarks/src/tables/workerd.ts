import { sign } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { bodyOf, sizes } from '../payload.ts'
import { type Case, compare } from '../rounds.ts'
import { duration, type Table, times } from '../table.ts'
import { serveWorker } from '../workerd/serve.ts'

const contenders = {
  bare: 'bare subtle.verify, its key cached',
  byhand: 'by hand: joins, decodes, subtle.verify',
  core: 'core: verifySignature',
  standardwebhooks: 'standardwebhooks, from the text',
} as const

/** Verification in workerd, with the WebCrypto build, compared with WebCrypto alone. */
export const workerd = async (): Promise<Table> => {
  const worker = await serveWorker()
  const rows = new Map<string, string[]>()
  try {
    for (const [, bytes] of sizes) {
      const body = bodyOf(bytes)
      const timestamp = Math.floor(Date.now() / 1000)
      const headers = await sign({ id: 'msg_bench', signedAt: timestamp, body, secret: testSecret })
      const cases = Object.entries(contenders).map(
        ([path, name]): Case => ({
          name,
          run: async (many) => {
            const url = `${worker.url}/${path}?times=${many}`
            const response = await fetch(url, { method: 'POST', headers, body })
            const said = await response.text()
            if (said !== 'ok') throw new Error(`${path}: ${said}`)
          },
        }),
      )
      for (const { name, ns, ratio } of await compare(cases, { rounds: 15, batchMs: 100 })) {
        const row = rows.get(name) ?? [name]
        row.push(duration(ns), times(ratio))
        rows.set(name, row)
      }
    }
  } finally {
    await worker.close()
  }
  return {
    title: 'Verify in workerd, with the WebCrypto build',
    note: 'Thousands of verifications in one request, timed from outside. The bare call has its bytes joined and its signature decoded beforehand; by hand, no header and no timestamp is checked. Ratio: time relative to the bare call.',
    columns: ['', ...sizes.flatMap(([name]) => [name, 'ratio'])],
    rows: [...rows.values()],
  }
}
