import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSender } from '@ainexlayer/webhooks-sender'
import { expect, onTestFinished, test } from 'vitest'
import { started } from '../receivers/started.ts'
import { folder, type Running, run, start } from '../running.ts'

const patience = { timeout: 15_000 }

const urlOf = async (listening: Running): Promise<string> => {
  await expect.poll(listening.stderr, patience).toContain('Listening on')
  return `${/Listening on (\S+?),?\s/.exec(listening.stderr())?.[1]}/hook?token=hidden`
}

test('a place where nothing can be saved is told before anything is caught', async () => {
  const cwd = await folder({ 'e.json': '{}' })
  const ran = await run(['listen', '--port', '0', '--save', 'e.json'], { cwd })
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain('--save: e.json is not a folder that can be written to')
})

test('a request that cannot be saved is forwarded and answered all the same', async () => {
  const cwd = await folder()
  const target = await started((_request, response) => void response.writeHead(202).end())
  const args = [
    'listen',
    '--port',
    '0',
    '--save',
    'cap',
    '--forward-to',
    target.url,
    '--count',
    '2',
  ]
  const listening = start(args, { cwd })
  const url = await urlOf(listening)
  await rm(join(cwd, 'cap'), { recursive: true })
  await writeFile(join(cwd, 'cap'), '')
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(202)
  await expect.poll(listening.stderr, patience).toContain('A request was not saved')
  await rm(join(cwd, 'cap'))
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(202)
  expect(await listening.ended).toBe(0)
  expect(await readdir(join(cwd, 'cap'))).toHaveLength(1)
})

test('of what is not verified `listen` shows method, path and the header that is missing, without the query', async () => {
  const listening = start(['listen', '--port', '0', '--count', '1'])
  const url = await urlOf(listening)
  await fetch(url, { method: 'PUT', body: '{}' })
  await listening.ended
  expect(listening.stdout()).toMatch(/PUT \/hook {2}2 bytes {2}missing_header: webhook-id: /)
  expect(listening.stdout()).not.toContain('hidden')
  const verified = await run(['verify', '-H', 'a: b', '--body', '{}'])
  expect(verified.stdout).toContain('missing_header: webhook-id: ')
})

test('whoever waits at a terminal for a body can interrupt', async () => {
  for (const args of [
    ['doctor', '-'],
    ['sign', '--body', '-'],
    ['verify', '--request', '-'],
  ]) {
    const running = start(args, { terminal: true })
    running.interrupt()
    expect(await running.ended).toBe(130)
  }
})

test('patterns stand in one value, with commas, and what is nearest to a pattern is one', async () => {
  const { url } = await started((_request, response) => void response.writeHead(200).end())
  const ran = await run(['trigger', 'user.login,chat.message', '--to', url, '--json'])
  expect(ran.json().map(({ type }) => type)).toEqual(['user.login', 'chat.message'])
  const cwd = await folder()
  const dev = start(['dev', url, '--port', '0', '--json', '--events', 'user.*,chat.message'], {
    cwd,
  })
  await expect.poll(dev.stdout, patience).toContain('"events":6')
  const wrong = await run(['trigger', 'docment.*', '--to', url])
  expect(wrong.stderr).toContain('Did you mean document.*?')
})

test('flags of the API are checked before it is asked, and its errors name flags', async () => {
  const sender = createSender({ apiKey: 'right' })
  onTestFinished(() => sender.close())
  const { url } = await sender.start()
  const api = ['--base-url', url, '--api-key', 'wrong']
  const status = await run(['deliveries', '--status', 'faild', ...api])
  expect(status).toMatchObject({ exitCode: 2 })
  expect(status.stderr).toContain('Did you mean failed?')
  const type = await run(['deliveries', '--type', 'chat.mesage', ...api])
  expect(type).toMatchObject({ exitCode: 2 })
  expect(type.stderr).toContain('Did you mean chat.message?')
  const key = await run(['deliveries', ...api])
  expect(key.stderr).toContain('--api-key (or AINEXLAYER_API_KEY)')
  expect(key.stderr).not.toContain('`apiKey`')
  const path = await run(['deliveries', '--base-url', new URL(url).origin, '--api-key', 'right'])
  expect(path.stderr).toContain('the API is usually below /api/v1')
})

test('what to call next is said as the README calls it', async () => {
  const unknown = await run(['trigger', 'chat.mesage'])
  expect(unknown.stderr).toContain('`npx @ainexlayer/webhooks-cli events`')
  const away = await run(['deliveries', '--base-url', '127.0.0.1:9/api/v1', '--api-key', 'k'])
  expect(away.stderr).toContain('`npx @ainexlayer/webhooks-cli dev URL`')
})
