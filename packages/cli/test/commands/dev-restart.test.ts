import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { started } from '../receivers/started.ts'
import { folder, type Running, run, secrets, start } from '../running.ts'

const patience = { timeout: 10_000 }

const baseUrlOf = async (dev: Running): Promise<string> => {
  await expect.poll(dev.stdout, patience).toMatch(/Webhook .*\n/)
  return /Sender\s+(\S+)/.exec(dev.stdout())?.[1] ?? ''
}

/** A receiver that refuses until it is told to take. */
const switchable = async () => {
  const ids: string[] = []
  let status = 500
  const { url } = await started((request, response) => {
    ids.push(String(request.headers['webhook-id']))
    request.resume().on('end', () => response.writeHead(status).end())
  })
  return {
    url,
    ids,
    take: () => {
      status = 200
    },
  }
}

const args = (url: string, ...more: string[]) => [
  ...['dev', url, '--port', '0', '--store', 'file', '--preset', 'standard'],
  ...more,
]

test('the same command goes on with the retries of its webhook, and shows them', async () => {
  const cwd = await folder()
  const app = await switchable()
  const first = start(args(app.url), { cwd, mayShow: true })
  await baseUrlOf(first)
  await run(['trigger', 'user.login'], { cwd })
  await expect.poll(first.stdout, patience).toContain('<-- 500')
  first.interrupt('SIGTERM')
  await first.ended
  app.take()
  // The delay of the first retry passes while nothing runs.
  await new Promise((resolve) => setTimeout(resolve, 5500))
  const env = { AINEXLAYER_WEBHOOK_SECRET: secrets.other }
  const second = start(args(app.url), { cwd, env, mayShow: true })
  await baseUrlOf(second)
  expect(second.stdout()).toMatch(/Webhook +webhook-1 -> /)
  expect(second.stderr()).toContain('webhook-1 of an earlier run goes on')
  expect(second.stderr()).not.toContain('Another `dev`')
  await expect.poll(second.stdout, patience).toMatch(/--> user\.login.*attempt 2\/10/)
  await expect.poll(second.stdout, patience).toContain('delivered (attempt 2/10)')
  expect(new Set(app.ids).size).toBe(1)
  const webhook = (await run(['webhooks', 'get', 'webhook-1', '--json'], { cwd })).json()[0]
  expect(webhook).toMatchObject({
    secrets: [{ hint: secrets.other.slice(-4), expiresAt: null }],
  })
})

test('another URL moves the webhook, with what it still has to send', async () => {
  const cwd = await folder()
  const [one, two] = [await switchable(), await switchable()]
  two.take()
  const first = start(args(one.url, '--preset', 'fast'), { cwd, mayShow: true })
  await baseUrlOf(first)
  await run(['trigger', 'user.login'], { cwd })
  await expect.poll(first.stdout, patience).toContain('<-- 500')
  first.interrupt()
  await first.ended
  const second = start(args(two.url), { cwd, mayShow: true })
  await baseUrlOf(second)
  expect(second.stderr()).toContain(
    `webhook-1 of an earlier run moves from ${one.url} to ${two.url}`,
  )
  await expect.poll(() => two.ids, patience).toEqual([one.ids[0]])
  const { stdout } = await run(['webhooks', 'list', '--json'], { cwd })
  expect(stdout.trim().split('\n')).toHaveLength(1)
})

test('after kill -9 the same port brings no warning, nor does a stranger at the old address', async () => {
  const app = await switchable()
  app.take()
  const stranger = await started((_request, response) => response.writeHead(401).end())
  const left = { baseUrl: `${stranger.origin}/api/v1`, apiKey: 'old' }
  const cwd = await folder({ '.ainexlayer/sender.json': JSON.stringify(left) })
  const dev = start(args(app.url), { cwd, mayShow: true })
  const baseUrl = await baseUrlOf(dev)
  dev.interrupt()
  await dev.ended
  expect(dev.stderr()).not.toContain('Another `dev`')
  // What a killed one leaves: its own address, which the next one has again.
  const file = join(cwd, '.ainexlayer/sender.json')
  expect(existsSync(file)).toBe(false)
  await writeFile(file, JSON.stringify({ baseUrl, apiKey: 'old' }))
  const port = new URL(baseUrl).port
  const again = start(args(app.url, '--port', port), { cwd, mayShow: true })
  await baseUrlOf(again)
  expect(again.stderr()).not.toContain('Another `dev`')
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ baseUrl })
})
