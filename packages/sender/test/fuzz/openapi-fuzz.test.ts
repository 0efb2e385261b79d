import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/faults/seeded-random.ts'
import { createSender, virtualClock } from '../../src/index.ts'
import { start } from '../sending.ts'
import { type Making, makeUp, type Schema } from './made-up.ts'

interface Content {
  readonly content?: { readonly 'application/json'?: { readonly schema: Schema } }
}

interface Operation extends Record<string, unknown> {
  readonly operationId: string
  readonly parameters?: {
    readonly name: string
    readonly in: 'path' | 'query' | 'header'
    readonly required?: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const seeds = (process.env['FUZZ_SEEDS'] ?? '1,2,3').split(',').map(Number)
const requestsOfSeed = 2000

const ids: Readonly<Record<string, readonly string[]>> = {
  webhooks: ['webhook-1', 'webhook-2', 'webhook-3', 'webhook-01'],
  deliveries: ['delivery-1', 'delivery-2', 'delivery-3', 'delivery-20'],
  events: ['msg_1', 'msg_2'],
  runs: ['run-1'],
  inbox: ['captured-1'],
}

test.for(seeds)(
  `${requestsOfSeed} requests made from openapi.json find no 500, no status and no body that is not described: seed %i`,
  { timeout: 300_000 },
  async (seed) => {
    const random = seededRandom(seed)
    const errors: unknown[] = []
    const sender = createSender({
      apiKey: 'key-1',
      allowPrivateTargets: true,
      dev: true,
      clock: virtualClock(start),
      seed,
      maxWebhooks: 20,
      apiRateLimit: { requests: 1_000_000, perSeconds: 1 },
      onError: (error) => errors.push(error),
    })
    const call = (method: string, path: string, init: RequestInit = {}) =>
      sender.fetch(new Request(`http://localhost${path}`, { method, ...init }))
    const document = (await (await call('GET', '/api/v1/openapi.json')).json()) as Document
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'api', components: document.components })
    const inApi = (schema: Schema): object =>
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/'))
    const compiled = new Map<Schema, ReturnType<typeof ajv.compile>>()
    const fits = (schema: Schema, value: unknown): boolean => {
      const validate = compiled.get(schema) ?? ajv.compile(inApi(schema))
      compiled.set(schema, validate)
      return validate(value) === true
    }
    const making: Making = {
      random,
      resolve: (ref) => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {},
    }
    const operations = Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
      )
      // A stream has no end, and a scenario goes on for seconds after its answer.
      .filter(({ operation }) => operation.operationId !== 'stream')
    const authorization = 'Bearer key-1'
    const json = { authorization, 'content-type': 'application/json' }
    const fill = async (): Promise<void> => {
      for (const [path, body] of [
        ['/webhooks', { url: 'http://127.0.0.1:1/', events: ['*'] }],
        ['/webhooks', { url: 'http://127.0.0.1:1/', events: ['*'], retry: { preset: 'none' } }],
        ['/webhooks', { url: 'http://127.0.0.1:1/', events: ['user.*'] }],
        ['/events', { type: 'user.login', data: { userId: 'user-1' }, id: 'msg_1' }],
        ['/events', { type: 'user.login', data: { userId: 'user-1' }, id: 'msg_2' }],
        ['/dev/inbox', { method: 'POST', path: '/', headers: {}, body: '' }],
      ] as const) {
        await call('POST', `/api/v1${path}`, { headers: json, body: JSON.stringify(body) })
      }
      await sender.idle()
    }
    await fill()
    const seen = new Map<string, number>()
    const problems: string[] = []

    for (let n = 0; n < requestsOfSeed; n++) {
      const one = operations[Math.floor(random() * operations.length)]
      if (one === undefined) continue
      const { path, method, operation } = one
      // Too often it would leave nothing to find.
      if (operation.operationId === 'reset' && random() < 0.9) continue
      const query = new URLSearchParams()
      const headers: Record<string, string> = { authorization }
      let filled = path
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'path') {
          const of = path.split('/').find((part) => ids[part] !== undefined) ?? ''
          const known = ids[of] ?? ['no-such-scenario']
          const id =
            random() < 0.9
              ? (known[Math.floor(random() * known.length)] ?? '')
              : encodeURIComponent(
                  String(makeUp({ type: 'string' }, making)).replace(/\p{Surrogate}/gu, '') || '-',
                ).slice(0, 200)
          filled = filled.replace(`{${parameter.name}}`, id)
        } else if (random() < (parameter.required === true ? 0.95 : 0.25)) {
          const value = makeUp(parameter.schema, making, parameter.name)
          const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
          if (parameter.in === 'query') query.set(parameter.name, text)
          else if (/^[!-~]{1,100}$/.test(text)) headers[parameter.name] = `${text}${n % 50}`
        }
      }
      if (random() < 0.02) delete headers['authorization']
      const schema = operation.requestBody?.content?.['application/json']?.schema
      const body = schema === undefined ? undefined : makeUp(schema, making)
      const text = random() < 0.02 ? '{"broken' : JSON.stringify(body)
      if (body !== undefined) headers['content-type'] = 'application/json'
      const answer = await call(method.toUpperCase(), `${filled}?${query}`, {
        headers,
        ...(body !== undefined && { body: text }),
      })
      const content: unknown = await answer.json()
      await sender.idle()
      const { status } = answer
      if (operation.operationId === 'reset') await fill()
      const where = `${method} ${filled}?${query} ${text?.slice(0, 200)} -> ${status}`
      const key = `${operation.operationId} ${status}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
      const described = operation.responses[status]
      if (status >= 500) problems.push(`${where}: ${JSON.stringify(content)}`)
      else if (described === undefined) problems.push(`${where} is not described`)
      else {
        const expected = described.content?.['application/json']?.schema
        if (expected === undefined || !fits(expected, content)) {
          problems.push(`${where}: ${JSON.stringify(content).slice(0, 300)} does not fit`)
        }
      }
    }
    await sender.close()
    const reached = operations.filter(({ operation }) =>
      [...seen.keys()].some((key) => key.startsWith(`${operation.operationId} 2`)),
    )
    console.log(
      `seed ${seed}: ${requestsOfSeed} requests, ${seen.size} pairs of operation and status, ${reached.length} of ${operations.length} operations with a 2xx`,
    )
    expect(problems.slice(0, 10)).toEqual([])
    expect(errors).toEqual([])
    // Otherwise it would only have looked at refusals.
    expect(reached.length).toBeGreaterThan(operations.length * 0.8)
  },
)
