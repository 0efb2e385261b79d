import { expect, test } from 'vitest'
import { started } from '../receivers/started.ts'
import { folder, run, start } from '../running.ts'

const patience = { timeout: 15_000 }

/** A receiver that answers 401 to everything, after a while, and counts what is genuine and what is a probe. */
const refusing = async (afterMs: number) => {
  const seen = { genuine: 0, probes: 0, atOnce: 0, most: 0 }
  const { url } = await started((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => {
      const isProbe = Buffer.concat(chunks).includes('webhook.test')
      seen[isProbe ? 'probes' : 'genuine'] += 1
      if (isProbe) seen.most = Math.max(seen.most, ++seen.atOnce)
      const timer = setTimeout(() => response.writeHead(401).end(), isProbe ? afterMs : 0)
      response.on('close', () => {
        clearTimeout(timer)
        if (isProbe) seen.atOnce -= 1
      })
    })
  })
  return { url, seen }
}

const objects = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('the line of an attempt waits for no probe; the hint follows, and the receiver is asked once', {
  timeout: 40_000,
}, async () => {
  const cwd = await folder()
  const { url, seen } = await refusing(3000)
  const args = ['dev', url, '--port', '0', '--preset', 'none', '--json']
  const dev = start(args, { cwd, mayShow: true })
  await expect.poll(dev.stdout, patience).toContain('ready')
  const [ready] = objects(dev.stdout())
  const trigger = ['trigger', 'user.login', '--base-url', String(ready?.['sender'])]
  const of = (event: string) => objects(dev.stdout()).filter((line) => line['event'] === event)
  const began = performance.now()
  for (let sent = 1; sent <= 3; sent++) {
    await run(trigger, { cwd })
    await expect.poll(() => of('attempt.settled').length, patience).toBe(sent)
  }
  // The first probes have no answer yet.
  expect(performance.now() - began).toBeLessThan(3000)
  expect(of('attempt.hint')).toEqual([])
  expect(of('attempt.settled')[0]).not.toHaveProperty('hint')
  await expect.poll(() => of('attempt.hint').length, patience).toBe(1)
  expect(performance.now() - began).toBeLessThan(12_000)
  expect(of('attempt.hint')[0]).toMatchObject({
    attempt: 1,
    answer: 401,
    hint: expect.stringContaining('hint: Check that the receiver has the secret of this run'),
  })
  expect(seen).toMatchObject({ genuine: 3, probes: 8, most: 4 })
  expect(dev.stderr().split('To see why, up to 17 probes follow')).toHaveLength(2)
  // What was found out is known from now on.
  await run(trigger, { cwd })
  await expect.poll(() => of('attempt.settled').length, patience).toBe(4)
  expect(of('attempt.settled')[3]?.['hint']).toBe(of('attempt.hint')[0]?.['hint'])
  expect(seen).toMatchObject({ genuine: 4, probes: 8 })
})

test('`dev` that ends while it probes ends at once, and says no more', async () => {
  const cwd = await folder()
  const { url, seen } = await refusing(4000)
  const args = ['dev', url, '--port', '0', '--preset', 'none', '--no-color']
  const dev = start(args, { cwd, terminal: true, mayShow: true })
  await expect.poll(dev.stderr, patience).toContain('Keys: t')
  dev.stdin.write('t')
  await expect.poll(dev.stdout, patience).toContain('<-- 401')
  await expect.poll(() => seen.atOnce, patience).toBe(4)
  dev.stdin.write('q')
  expect(await dev.ended).toBe(0)
  await expect.poll(() => seen.atOnce, patience).toBe(0)
  expect(dev.stdout()).not.toContain('hint:')
})
