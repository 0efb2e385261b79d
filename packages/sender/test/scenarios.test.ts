import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver, type ReceiverOptions } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { expect, onTestFinished, test } from 'vitest'
import { formatVerdict, runScenario, scenarioNames } from '../src/index.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const listen = async (listener: Parameters<typeof createServer>[1]) => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** A receiver of this SDK, with a count of its runs. */
const startReceiver = async (options: Partial<ReceiverOptions> = {}) => {
  const runs: Record<string, number> = {}
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    readTimeoutMs: 500,
    ...options,
  }).on('*', async ({ id }) => {
    await new Promise((resolve) => setImmediate(resolve))
    runs[id] = (runs[id] ?? 0) + 1
  })
  const url = await listen(nodeListener(receiver))
  return { target: { url, secret: testSecret }, observe: async () => runs }
}

test.for(scenarioNames.filter((name) => name !== 'crash-recover'))(
  'a receiver of this SDK stands %s',
  async (name) => {
    const verdict = await runScenario(name, await startReceiver())
    expect(verdict.passed, formatVerdict(verdict)).toBe(true)
    expect(verdict.skipped).toBeUndefined()
  },
)

test('it stands a rotation while it knows both secrets', async () => {
  const otherSecret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
  const { target, observe } = await startReceiver({ secret: [testSecret, otherSecret] })
  const verdict = await runScenario('rotation', { target: { ...target, otherSecret }, observe })
  expect(verdict.passed, formatVerdict(verdict)).toBe(true)
})

test('it stands being restarted under way', async () => {
  const { target, observe } = await startReceiver()
  const verdict = await runScenario('crash-recover', { target, observe, restart: async () => {} })
  expect(verdict.passed, formatVerdict(verdict)).toBe(true)
  expect(await runScenario('crash-recover', { target })).toMatchObject({
    skipped: expect.any(String),
  })
})

test('a receiver that believes everything is found out', async () => {
  const runs: Record<string, number> = {}
  const url = await listen(async (request, response) => {
    const id = String(request.headers['webhook-id'])
    for await (const _ of request);
    runs[id] = (runs[id] ?? 0) + 1
    response.end()
  })
  const options = { target: { url, secret: testSecret }, observe: async () => runs }
  for (const name of ['tamper-matrix', 'clock-skew', 'duplicate-race', 'replay-attack'] as const) {
    const verdict = await runScenario(name, options)
    expect(verdict.passed, name).toBe(false)
    expect(formatVerdict(verdict)).toContain('FAILED')
  }
})

test('without somebody who watches only the answers are judged', async () => {
  const { target } = await startReceiver()
  const verdict = await runScenario('duplicate-race', { target })
  expect(verdict).toMatchObject({ passed: true, rows: [{ handled: undefined }, {}] })
})
