import { expect, test } from 'vitest'
import { folder, type Running, run, start } from '../running.ts'

const patience = { timeout: 10_000 }

const baseUrlOf = async (dev: Running): Promise<string> => {
  await expect.poll(dev.stdout, patience).toMatch(/Webhook .*\n/)
  return /Sender\s+(\S+)/.exec(dev.stdout())?.[1] ?? ''
}

test('an answer names its event, is not before its request, and its hint is said once', async () => {
  const cwd = await folder()
  const dev = start(['dev', 'http://127.0.0.1:9/webhooks', '--port', '0'], { cwd, mayShow: true })
  await baseUrlOf(dev)
  await run(['trigger', 'user.login', 'user.logout'], { cwd })
  const answers = () => dev.stdout().match(/^.*<-- .*$/gm) ?? []
  await expect.poll(() => answers().length, patience).toBeGreaterThan(3)
  for (const line of answers()) expect(line).toMatch(/ms {2}user\.log(in|out) {2}msg_\w+ {2}failed/)
  expect(dev.stdout().match(/hint:/g)).toHaveLength(1)
  const times = (dev.stdout().match(/^[\d:.]{12}(?= (-->|<--))/gm) ?? []).map(String)
  expect(times).toEqual(times.toSorted())
})
