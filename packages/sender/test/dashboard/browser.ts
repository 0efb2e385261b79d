import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@ainexlayer/webhooks-client'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, onTestFinished } from 'vitest'
import { createSender, retryPresets, type SenderOptions } from '../../src/index.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const folders = (process.env['PATH'] ?? '').split(':')

/** CHROMIUM_PATH, or a Chromium on the path; undefined where there is none. */
const executablePath =
  process.env['CHROMIUM_PATH'] ??
  folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)

const noBrowser = 'there is no Chromium: install it, or set CHROMIUM_PATH'

let launched: Promise<Browser> | undefined

afterAll(async () => {
  await (await launched)?.close()
})

/** The browser of a test file; without one the test is skipped, and in CI it fails. */
const browserOf = (skip: (note: string) => void): Promise<Browser> => {
  if (executablePath === undefined) {
    if (process.env['CI'] === 'true') throw new Error(noBrowser)
    skip(noBrowser)
  }
  launched ??= chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  return launched
}

/** The parts of a test's context that are used here. */
interface TestContext {
  readonly skip: (note: string) => void
}

export const apiKey = 'test-key'

/** A sender with a dashboard, on the real clock. */
export const startDashboard = async (options: Partial<SenderOptions> = {}) => {
  const errors: unknown[] = []
  const sender = createSender({
    apiKey,
    allowPrivateTargets: true,
    dev: true,
    dashboard: true,
    retry: retryPresets.fast,
    seed: 1,
    onError: (error) => errors.push(error),
    ...options,
  })
  const { url, dashboard = '' } = await sender.start()
  onTestFinished(() => sender.close())
  const client = createClient({ apiKey, baseUrl: url, maxRetries: 0 })
  return { sender, client, url, link: dashboard, origin: new URL(url).origin, errors }
}

/** What a page complained of: errors of scripts, and what its policy stopped. */
export interface OpenedPage {
  readonly page: Page
  readonly complaints: readonly string[]
}

/** Opens a page with the cookie of the link. */
export const openPage = async (
  { skip }: TestContext,
  link: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> => {
  const browser = await browserOf(skip)
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    // A refusal of the API is answered with its status, which the browser mentions.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
      complaints.push(message.text())
    }
  })
  await page.goto(link)
  return { page, complaints }
}

/**
 * Counts an event on the body of a page, from now on until it goes to another one: `live`, when it hears of news, or
 * one of htmx: `htmx:afterSwap`, `htmx:afterRequest`, which comes after the swap, and `htmx:afterSettle`.
 */
export const countEvents = async (page: Page, name: string): Promise<() => Promise<number>> => {
  const key = `times ${name}`
  await page.evaluate(
    ([event, counter]) => {
      Reflect.set(window, counter, 0)
      document.body.addEventListener(event, () => {
        Reflect.set(window, counter, Reflect.get(window, counter) + 1)
      })
    },
    [name, key] as const,
  )
  return () => page.evaluate((counter): number => Reflect.get(window, counter), key)
}
