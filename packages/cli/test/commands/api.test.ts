import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fixture } from '@ainexlayer/webhooks/testing'
import { createClient } from '@ainexlayer/webhooks-client'
import { createSender } from '@ainexlayer/webhooks-sender'
import { expect, onTestFinished, test } from 'vitest'
import { oursOnNode } from '../receivers/ours.ts'
import { started } from '../receivers/started.ts'
import { folder, run, secrets, start } from '../running.ts'

const patience = { timeout: 15_000 }

/** A sender, and how the command line gets there. */
const platform = async () => {
  const sender = createSender({ apiKey: 'key-of-the-test', allowPrivateTargets: true })
  onTestFinished(() => sender.close())
  const { url: baseUrl } = await sender.start()
  const client = createClient({ apiKey: 'key-of-the-test', baseUrl })
  const env = { AINEXLAYER_BASE_URL: baseUrl, AINEXLAYER_API_KEY: 'key-of-the-test' }
  return { sender, client, env }
}

test('a webhook is created, listed, changed, tested, rotated and deleted; secrets go to files', async () => {
  const { env } = await platform()
  const cwd = await folder()
  const call = (...args: string[]) => run(['webhooks', ...args], { env, cwd })
  expect((await call('list')).stderr).toContain('There is no webhook.')
  const { url } = await oursOnNode()
  const created = await call('create', url, '--events', 'user.*', '--events', 'chat.message')
  expect(created.stdout).toMatch(/Id +webhook-1\n/)
  expect(created.stderr).toContain('Its secret is in .ainexlayer/webhook-1.secret.')
  const file = join(cwd, '.ainexlayer/webhook-1.secret')
  const secret = (await readFile(file, 'utf8')).trim()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(secret).toMatch(/^whsec_/)
  const listed = await call('list')
  expect(listed.stdout).toContain(`webhook-1  active  ${url}  user.*, chat.message`)
  expect((await call('list', '--json')).json()).toMatchObject([{ id: 'webhook-1', active: true }])
  const changed = await call('update', 'webhook-1', '--deactivate', '--json')
  expect(changed.json()[0]).toMatchObject({ active: false })
  expect((await call('get', 'webhook-1')).stdout).toContain('State          disabled (manual)')
  const tested = await call('test', 'webhook-1')
  expect(tested).toMatchObject({ exitCode: 1 })
  expect(tested.stdout).toMatch(/^<-- 401 {2}\d+ ms {2}failed {2}invalid_signature\n$/)
  const rotated = await call('rotate', 'webhook-1', '--yes', '--secret-out', 'new.secret')
  expect(rotated.stdout).toContain('The new secret is in new.secret')
  const next = (await readFile(join(cwd, 'new.secret'), 'utf8')).trim()
  expect(next).not.toBe(secret)
  const all = [created, listed, rotated].map(({ stdout, stderr }) => stdout + stderr).join()
  expect(all).not.toContain(secret.slice(6))
  expect(all).not.toContain(next.slice(6))
  const unasked = await call('delete', 'webhook-1')
  expect(unasked.exitCode).toBe(2)
  expect(unasked.stderr).toContain('Nobody is here to answer. Pass --yes')
  expect((await call('delete', 'webhook-1', '--yes')).stdout).toBe('webhook-1 is deleted.\n')
  const gone = await call('get', 'webhook-1')
  expect(gone.exitCode).toBe(1)
  expect(gone.stderr).toContain('NOT_FOUND')
})

test('on a terminal it asks before it deletes', async () => {
  const { client, env } = await platform()
  await client.webhooks.create({ url: 'http://127.0.0.1:9/', events: ['*'] })
  const remove = (input: string) =>
    run(['webhooks', 'delete', 'webhook-1'], { env, terminal: true, input })
  const no = await remove('n\n')
  expect(no.exitCode).toBe(2)
  expect(no.stderr).toContain('Delete webhook-1 (http://127.0.0.1:9/)')
  expect(no.stderr).toContain('Nothing was done.')
  expect((await remove('y\n')).exitCode).toBe(0)
  expect((await client.webhooks.list()).data).toEqual([])
})

test('deliveries are listed, shown with their attempts, sent again and recovered', async () => {
  const { sender, client, env } = await platform()
  let status = 500
  const { url } = await started((_request, response) => void response.writeHead(status).end('no'))
  const retry = { preset: 'none' }
  await client.webhooks.create({ url, events: ['*'], secret: secrets.test, retry })
  for (const type of ['user.login', 'user.logout'] as const) {
    sender.emit({ type, data: fixture(type).data })
  }
  await sender.idle()
  const call = (...args: string[]) => run(args, { env })
  const listed = await call('deliveries')
  expect(listed.stdout).toMatch(/^id +status +event +event id +attempts +answer +next attempt\n/)
  expect(listed.stdout).toMatch(/delivery-1 +failed +user\.login +msg_\w+ +1\/1 +500 +-\n/)
  const chosen = await call('deliveries', '--type', 'user.login', '--since', '1h', '--json')
  expect(chosen.json()).toMatchObject([{ id: 'delivery-1', status: 'failed' }])
  expect((await call('deliveries', '--status', 'delivered')).stderr).toContain('no delivery')
  const one = await call('deliveries', 'delivery-1', '--body')
  expect(one.stdout).toContain('1  ')
  expect(one.stdout).toContain('--> {"id":"msg_')
  expect(one.stdout).toContain('<-- no')
  status = 200
  const again = await call('redeliver', 'delivery-1')
  expect(again.stdout).toMatch(/^delivery-3 {2}user\.login/)
  await sender.idle()
  const counted = await call('recover', 'webhook-1', '--since', '1h', '--dry-run')
  expect(counted.stdout).toContain('1 failed deliveries to webhook-1; nothing was sent.')
  expect((await call('recover', 'webhook-1', '--since', '1h')).exitCode).toBe(2)
  const recovered = await call('recover', 'webhook-1', '--since', '1h', '--yes', '--json')
  expect(recovered.json()[0]).toMatchObject({ matched: 1, queued: 1 })
})

test('--follow shows what happens, until it is interrupted', async () => {
  const { client, env } = await platform()
  const { url } = await oursOnNode()
  await client.webhooks.create({ url, events: ['*'], secret: secrets.test })
  const following = start(['deliveries', '--follow'], { env })
  await expect.poll(following.stderr, patience).toContain('There is no delivery.')
  await expect
    .poll(async () => {
      await run(['trigger', 'user.login', '--wait'], { env })
      return following.stdout()
    }, patience)
    .toMatch(/delivery-\d+ {2}delivered {2}user\.login/)
  following.interrupt()
  expect(await following.ended).toBe(130)
})

test.for<[args: string[], exitCode: number, words: string]>([
  [['webhooks', 'list'], 3, 'Is the sender running'],
  [['deliveries', '--since', 'lately'], 2, '--since is ISO 8601 or such as 2h'],
  [['webhooks', 'update', 'webhook-1'], 2, 'There is nothing to change.'],
  [['webhooks', 'create', 'http://x/', '--events', 'usr.*'], 2, 'There is no event usr.*'],
  [['recover', 'webhook-1'], 2, "required option '--since"],
])('errors have their exit codes: %j', async ([args, exitCode, words]) => {
  const env = { AINEXLAYER_BASE_URL: 'http://127.0.0.1:9/api/v1', AINEXLAYER_API_KEY: 'key' }
  const ran = await run(args, { env })
  expect(ran.exitCode).toBe(exitCode)
  expect(ran.stderr).toContain(words)
})
