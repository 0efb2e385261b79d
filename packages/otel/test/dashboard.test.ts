import { readFileSync } from 'node:fs'
import { toJob } from '@ainexlayer/webhooks/queue'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { parser } from '@prometheus-io/lezer-promql'
import { beforeAll, describe, expect, test } from 'vitest'
import { instrumentWebhooks, observeQueue } from '../src/index.ts'
import { receiverWith, sendAll, signed } from './deliveries.ts'

const docs = new URL('../../../docs/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, docs), 'utf8')

interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
}
const dashboard: { readonly panels: readonly Panel[] } = JSON.parse(
  read('grafana/ainexlayer-webhooks.json'),
)

/** What a label is called in the text of a legend or an annotation. */
const shown = /\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g

const panels = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }, index) => ({
    name: `${title} (${index + 1})`,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$endpoint', '.*'),
    text: legendFormat,
  })),
)
const alerts = Array.from(
  read('monitoring.md').matchAll(/- alert: (\w+)\n([\s\S]*?)(?=\n {6}- alert|\n```)/g),
  ([, name = '', rule = '']) => ({
    name,
    expr: (/expr: (?:>-\n)?([\s\S]*?)\n {8}(?:for|annotations):/.exec(rule)?.[1] ?? '').trim(),
    text: rule,
  }),
)
const queries = [...panels, ...alerts]

/** The labels of each metric, by its name in Prometheus. */
const emitted = new Map<string, Set<string>>()

beforeAll(async () => {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const { disable } = instrumentWebhooks({ meterProvider })
  await sendAll(receiverWith())
  const jobs: unknown[] = []
  const queued = receiverWith({ dispatch: async (delivery) => jobs.push(toJob(delivery)) })
  await queued.handle(await signed('msg_queued'))
  await queued.work(jobs[0])
  const state = { jobs: { waiting: 1 }, oldestAgeSeconds: 1 }
  observeQueue('webhooks', async () => state, { meterProvider })
  const { resourceMetrics } = await reader.collect()
  disable()
  for (const line of new PrometheusSerializer().serialize(resourceMetrics).split('\n')) {
    const [, name, labels = ''] = /^(ainexlayer\w+)(?:\{(.*)\})? /.exec(line) ?? []
    if (name === undefined) continue
    const known = emitted.get(name) ?? new Set()
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label)
    emitted.set(name, known)
  }
  await meterProvider.shutdown()
})

/** The names of metrics in a query: exact ones, and patterns that also fit the names with a unit. */
const namesIn = (expr: string): string[] => {
  const patterns = Array.from(expr.matchAll(/__name__=~"([^"]+)"/g), ([, pattern = '']) => pattern)
  const rest = expr.replaceAll(/__name__=~"[^"]+"/g, '')
  return [...patterns, ...(rest.match(/\bainexlayer_\w+/g) ?? [])]
}

const labelsIn = (expr: string): string[] => [
  ...Array.from(expr.matchAll(/\bby \(([^)]*)\)/g), ([, list = '']) => list.split(/,\s*/)).flat(),
  ...Array.from(expr.matchAll(/[{,]\s*(\w+)(?:=~|!~|!=|=)"/g), ([, label = '']) => label),
]

/** What Prometheus calls it when the unit is put into the name. */
const withUnit = (name: string): string => name.replace(/(_bucket|_count|_sum|)$/, '_seconds$1')

test('there are queries to check', () => {
  expect(panels.length).toBeGreaterThan(14)
  expect(alerts.length).toBe(10)
})

describe.each(queries)('$name', ({ expr, text }) => {
  test('is PromQL', () => {
    const wrong: string[] = []
    parser.parse(expr).iterate({
      enter: (node) => {
        if (node.type.isError) wrong.push(expr.slice(Math.max(0, node.from - 20), node.to + 20))
      },
    })
    expect(wrong).toEqual([])
  })

  test('asks for metrics that are emitted, with labels that they have', () => {
    const names = namesIn(expr)
    expect(names.length).toBeGreaterThan(0)
    const labels = new Set<string>(['__name__'])
    for (const pattern of names) {
      const found = [...emitted.keys()].filter((name) => new RegExp(`^(${pattern})$`).test(name))
      expect(found, pattern).toHaveLength(1)
      if (pattern.includes('(_seconds)?')) {
        expect(withUnit(found[0] ?? '')).toMatch(new RegExp(`^(${pattern})$`))
      }
      for (const label of emitted.get(found[0] ?? '') ?? []) labels.add(label)
    }
    for (const label of labelsIn(expr)) expect([...labels]).toContain(label)
  })

  test('shows labels that it groups by', () => {
    const kept = Array.from(expr.matchAll(/\bby \(([^)]*)\)/g), ([, list = '']) =>
      list.split(/,\s*/),
    )
    for (const [, label = ''] of text.matchAll(shown)) expect(kept.flat()).toContain(label)
  })
})

test('every metric that is emitted has a panel', () => {
  const asked = panels.flatMap(({ expr }) => namesIn(expr))
  const bare = (name: string) => name.replace(/\(_seconds\)\?|_bucket$|_count$|_sum$/g, '')
  const covered = new Set(asked.map((name) => bare(bare(name))))
  expect(new Set([...emitted.keys()].map(bare))).toEqual(covered)
})

test('the README names every metric that is emitted', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = readme.slice(readme.indexOf('## Metrics'))
  for (const name of emitted.keys()) {
    const bare = name.replace(/_(bucket|count|sum|total)$/, '')
    const dotted = bare
      .replace('ainexlayer_webhooks_', '')
      .replace(/^(delivery|handler|store|queue)_/, '$1.')
    const short = dotted.replace(/^queue/, '')
    expect(
      rows.includes(`ainexlayer.webhooks.${dotted}`) || rows.includes(`\`${short}\``),
      name,
    ).toBe(true)
  }
})
