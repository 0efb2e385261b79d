import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('neither a lease nor a deadline keeps a process alive', () => {
  const script = `
    import { createReceiver } from '@ainexlayer/webhooks'
    import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
    const receiver = createReceiver({ secret: testSecret, deadlineMs: 60_000 })
    receiver.on('*', () => {
      console.log('running')
      return new Promise(() => {})
    })
    void receiver.handle(await signedRequest({ event: fixture('chat.message') }))`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    timeout: 15_000,
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'running\n' })
})
