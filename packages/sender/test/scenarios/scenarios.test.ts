import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createReceiver, type ReceiverOptions } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { expect, onTestFinished, test } from 'vitest'
import { formatVerdict, observeUrl, runScenario, scenarioNames } from '../../src/index.ts'

const entry = fileURLToPath(new URL('./restart-main.ts', import.meta.url))
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
  const documents = new Map<string, { readonly time: number; readonly event: string }>()
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    readTimeoutMs: 500,
    ...options,
  }).on('*', async ({ id, type, timestamp, data }) => {
    await new Promise((resolve) => setImmediate(resolve))
    runs[id] = (runs[id] ?? 0) + 1
    if (!type.startsWith('document.') || !('id' in data)) return
    const newest = documents.get(String(data.id))
    if (newest === undefined || newest.time < Date.parse(timestamp)) {
      documents.set(String(data.id), { time: Date.parse(timestamp), event: id })
    }
  })
  const url = await listen(nodeListener(receiver))
  return {
    target: { url, secret: testSecret },
    observe: async () => ({ ...runs }),
    observeState: async () =>
      Object.fromEntries([...documents].map(([id, { event }]) => [id, event])),
    settleMs: 20,
  }
}

/** A receiver that looks at nothing, and does with an event what it is told, after its answer. */
const startCareless = async (handle: (id: string, index: number) => void, statusCode = 200) => {
  let requests = 0
  const url = await listen(async (request, response) => {
    for await (const _ of request);
    response.writeHead(statusCode).end()
    handle(String(request.headers['webhook-id']), requests++)
  })
  return { url, secret: testSecret }
}

/** A receiver in a process of its own, which can be killed. */
const startProcess = async (port: number, mode: string) => {
  const child = fork(entry, [testSecret, String(port), mode], {
    execArgv: ['--import', import.meta.resolve('tsx'), '--conditions', '@ainexlayer/source'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [{ listening }] = await once(child, 'message')
  return { child, port: Number(listening.port) }
}

test.for(scenarioNames.filter((name) => name !== 'crash-recover'))(
  'a receiver of this SDK stands %s',
  async (name) => {
    const verdict = await runScenario(name, { ...(await startReceiver()), readLimitMs: 4000 })
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

test('it stands being killed while its handler runs, and started again', async () => {
  let running = await startProcess(0, 'hang')
  const handling = once(running.child, 'message')
  const origin = `http://127.0.0.1:${running.port}`
  const verdict = await runScenario('crash-recover', {
    target: { url: `${origin}/`, secret: testSecret },
    observe: observeUrl(`${origin}/handled`),
    settleMs: 20,
    restart: async () => {
      await handling
      const gone = once(running.child, 'exit')
      running.child.kill('SIGKILL')
      await gone
      running = await startProcess(running.port, '')
    },
  })
  expect(verdict, formatVerdict(verdict)).toMatchObject({
    passed: true,
    rows: expect.arrayContaining([
      expect.objectContaining({ answered: ['connection_reset', 200], handled: 1 }),
    ]),
  })
})

test('a scenario whose receiver cannot be restarted stops sending', async () => {
  const { target, observe } = await startReceiver()
  let runs = await observe()
  const failed = runScenario('crash-recover', {
    target,
    observe: async () => {
      runs = await observe()
      return runs
    },
    restart: () => Promise.reject(new Error('no docker')),
  })
  await expect(failed).rejects.toThrow('no docker')
  runs = await observe()
  // Whatever was still being sent would be handled by the time that another event is.
  const verdict = await runScenario('happy-19', { target, observe })
  expect(verdict.passed).toBe(true)
  expect(Object.keys(await observe())).toHaveLength(Object.keys(runs).length + 19)
})

test.each([
  [503, { busy: 1 }],
  [200, []],
  [200, null],
  [200, { msg_1: 'x1' }],
  [200, { msg_1: { runs: 3 } }],
  [200, { msg_1: -1 }],
])(
  'an observer that answers %i %j does not say how often the handlers ran',
  async (status, body) => {
    const url = await listen((_request, response) => {
      response.writeHead(status).end(JSON.stringify(body))
    })
    await expect(observeUrl(url)()).rejects.toThrow(/answered|does not say/)
  },
)

test('a scenario that cannot be played is skipped, and has not passed', async () => {
  const { target } = await startReceiver()
  const verdict = await runScenario('crash-recover', { target })
  expect(verdict).toEqual({
    name: 'crash-recover',
    rows: [],
    skipped: 'it needs `observe` and `restart`',
    passed: false,
  })
  expect(formatVerdict(verdict)).toContain('skipped')
})

test('an endpoint may say that it is gone, and nothing else that is no 2xx', async () => {
  const passes = async (statusCode: number) =>
    (await runScenario('endpoint-gone', { target: await startCareless(() => {}, statusCode) }))
      .passed
  expect(await passes(410)).toBe(true)
  expect(await passes(500)).toBe(false)
  expect(await passes(200)).toBe(false)
})

test('every step of a scenario has a name of its own, but the retries of a crash', async () => {
  for (const name of ['clock-skew', 'tamper-matrix', 'rotation', 'endpoint-gone'] as const) {
    const { rows } = await runScenario(name, await startReceiver())
    expect(new Set(rows.map(({ step }) => step)).size, name).toBe(rows.length)
  }
})

test('a flood of which a receiver loses half the events is not stood, nor one of which it handles some twice', async () => {
  const flooded = async (runsOf: (index: number) => number) => {
    const runs: Record<string, number> = {}
    const target = await startCareless((id, index) => {
      runs[id] = (runs[id] ?? 0) + runsOf(index)
    })
    return runScenario('flood-1000', { target, observe: async () => runs, settleMs: 20 })
  }
  const lost = await flooded((index) => index % 2)
  expect(lost).toMatchObject({ passed: false, rows: [{ handled: 500, expectedHandled: 1000 }] })
  const uneven = await flooded((index) => (index % 2) * 2)
  expect(uneven).toMatchObject({ passed: false, rows: [{ handled: 1000, expectedHandled: 1000 }] })
})

test('handlers that run after their answer are counted, too', async () => {
  const runs: Record<string, number> = {}
  const target = await startCareless((id, index) => {
    // The second run comes when the first was seen already.
    setTimeout(
      () => {
        runs[id] = (runs[id] ?? 0) + 1
      },
      index === 0 ? 0 : 60,
    )
  })
  const verdict = await runScenario('ack-lost', { target, observe: async () => runs })
  expect(verdict).toMatchObject({ passed: false, rows: [{ handled: 2, expectedHandled: 1 }] })
})

test('a receiver that believes everything is found out', async () => {
  const runs: Record<string, number> = {}
  const url = await listen(async (request, response) => {
    const id = String(request.headers['webhook-id'])
    for await (const _ of request);
    runs[id] = (runs[id] ?? 0) + 1
    response.end()
  })
  const options = { target: { url, secret: testSecret }, observe: async () => runs, settleMs: 0 }
  for (const name of ['tamper-matrix', 'clock-skew', 'duplicate-race', 'replay-attack'] as const) {
    const verdict = await runScenario(name, options)
    expect(verdict.passed, name).toBe(false)
    expect(formatVerdict(verdict)).toContain('FAILED')
  }
})

test('without somebody who watches only the answers are judged', async () => {
  const { target } = await startReceiver()
  const verdict = await runScenario('duplicate-race', { target })
  expect(verdict).toMatchObject({
    passed: true,
    rows: expect.arrayContaining([expect.objectContaining({ handled: undefined })]),
  })
})
