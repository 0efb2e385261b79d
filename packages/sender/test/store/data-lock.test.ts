import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createSender } from '../../src/index.ts'

const entry = fileURLToPath(new URL('./lock-main.ts', import.meta.url))

const folderOfTest = async () => {
  const data = join(await mkdtemp(join(tmpdir(), 'ainl-lock-')), 'state')
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  return data
}

const start = (data: string) => {
  const child = fork(entry, [data], {
    execArgv: ['--import', import.meta.resolve('tsx'), '--conditions', '@ainexlayer/source'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

test('a second process that wants the same folder says so and stops, until the first one was killed', async () => {
  const data = await folderOfTest()
  for (let round = 0; round < 3; round++) {
    const first = start(data)
    expect((await once(first, 'message'))[0]).toBe('started')
    const second = start(data)
    expect((await once(second, 'message'))[0]).toBe('data_in_use')
    const gone = once(first, 'exit')
    first.kill('SIGKILL')
    await gone
  }
  const last = start(data)
  expect((await once(last, 'message'))[0]).toBe('started')
})

test('a second sender in the same process is refused, too, until the first one is closed', async () => {
  const data = await folderOfTest()
  const first = createSender({ apiKey: 'a', data })
  expect(() => createSender({ apiKey: 'a', data })).toThrow(
    expect.objectContaining({ code: 'data_in_use' }),
  )
  // The refusal has not let go of the first one's lock.
  expect(() => createSender({ apiKey: 'a', data })).toThrow('Another sender uses')
  await first.close()
  await createSender({ apiKey: 'a', data }).close()
})

test('nobody but its owner can read the state', async () => {
  const data = await folderOfTest()
  const sender = createSender({ apiKey: 'a', data })
  sender.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  expect((await stat(data)).mode & 0o777).toBe(0o700)
  const files = await readdir(data)
  expect(files).toContain('sender.db')
  for (const file of files) {
    expect((await stat(join(data, file))).mode & 0o777, file).toBe(0o600)
  }
  await sender.close()
})
