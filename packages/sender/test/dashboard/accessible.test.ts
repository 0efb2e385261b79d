import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { openPage } from './browser.ts'
import { startPopulated } from './populated.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Every screen, and every state of those that have several. */
const paths = (delivery: string) => [
  '/',
  '/deliveries',
  '/deliveries?status=failed,cancelled&search=nothing-like-this',
  `/deliveries/${delivery}`,
  `/deliveries/${delivery}?part=response&view=raw`,
  `/deliveries/${delivery}?part=signature&view=hex`,
  `/deliveries/${delivery}?attempt=2&part=diff`,
  '/trigger',
  '/trigger?type=chat.response.generated',
  '/faults',
  '/inbox',
  '/inbox/captured-2',
  '/webhooks',
  '/webhooks/new',
  '/webhooks/webhook-1',
  '/catalog',
  '/catalog/document.failed',
  '/nothing',
]

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

test.for([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const)(
  'axe finds nothing serious on any screen: %s, %i wide',
  { timeout: 120_000 },
  async ([colorScheme, width], context) => {
    const { link, origin, client, search } = await startPopulated()
    await client.dev.runScenario('happy-19', { webhookId: search.id })
    const failing = await client.deliveries.list({ webhookId: 'webhook-2' })
    const { page, complaints } = await openPage(context, link, {
      colorScheme,
      viewport: { width, height: 900 },
    })

    for (const path of paths(failing.data[0]?.id ?? '')) {
      await page.goto(`${origin}${path}`)
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      await page.evaluate(axe)
      const found = await page.evaluate<readonly Violation[]>(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
      )
      const serious = found
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)
      expect(serious).toEqual([])
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      expect(isWide, `${path} is wider than the window`).toBe(false)
    }
    expect(complaints).toEqual([])
  },
)
