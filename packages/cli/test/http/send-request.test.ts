import { expect, test } from 'vitest'
import { sendRequest } from '../../src/http/send-request.ts'
import { started } from '../receivers/started.ts'
import { run, start } from '../running.ts'

/** A receiver whose answers never end, until the other side hangs up. */
const endless = async () => {
  const seen = { written: 0, closed: 0 }
  const chunk = Buffer.alloc(16 * 1024, 'x')
  const app = await started((request, response) => {
    request.resume()
    response.on('close', () => seen.closed++)
    const write = (): void => {
      while (!response.destroyed && response.write(chunk)) seen.written += chunk.length
      seen.written += chunk.length
    }
    response.on('drain', write)
    write()
  })
  return { ...app, seen }
}

test('of an answer without an end the first 64 KiB are read, and the connection is closed', async () => {
  const { url, seen } = await endless()
  const result = await sendRequest({
    url,
    headers: [],
    body: Buffer.from('{}'),
    timeoutMs: 2000,
  })
  expect(result).toMatchObject({ ok: true, status: 200, isCut: true })
  expect(result.ok && result.body.length).toBe(64 * 1024)
  await expect.poll(() => seen.closed).toBe(1)
  expect(seen.written).toBeLessThan(32 * 1024 * 1024)
})

test('an answer of exactly 64 KiB is whole', async () => {
  const { url } = await started((request, response) => {
    request.resume()
    response.end(Buffer.alloc(64 * 1024, 'x'))
  })
  const result = await sendRequest({ url, headers: [], body: Buffer.from('{}'), timeoutMs: 2000 })
  expect(result).toMatchObject({ ok: true, isCut: false })
  expect(result.ok && result.body.length).toBe(64 * 1024)
})

test('what `listen` forwards comes back as far as it was read, and the line says that it is cut', async () => {
  const { url } = await endless()
  const listening = start(['listen', '--port', '0', '--count', '1', '--forward-to', url])
  await expect.poll(listening.stderr, { timeout: 15_000 }).toContain('Listening on')
  const address = /Listening on (\S+?),?\s/.exec(listening.stderr())?.[1] ?? ''
  const sent = await run(['trigger', 'chat.message', '--to', `${address}/hook`])
  expect(sent.exitCode).toBe(0)
  expect(await listening.ended).toBe(0)
  expect(listening.stdout()).toContain('<-- 200')
  expect(listening.stdout()).toContain('cut after 65536 bytes')
})

test('101 is the answer, and not awaited as if one would come', async () => {
  const { url } = await started((request) => {
    request.resume()
    request.socket.write('HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  })
  const body = Buffer.from('{}')
  const result = await sendRequest({ url, headers: [], body, timeoutMs: 5000 })
  expect(result).toMatchObject({ ok: true, status: 101 })
  const sent = await run(['trigger', 'chat.message', '--to', url, '--timeout', '5000'])
  expect(sent.stdout).toMatch(/<-- 101 .*another protocol/)
})

test('what is no HTTP is not told as a connection that broke', async () => {
  const { url } = await started((request) => {
    request.resume()
    request.socket.end('SSH-2.0-x\u001b[31m\r\n')
  })
  const sent = await run(['trigger', 'chat.message', '--to', url])
  expect(sent.stdout).toContain('not readable HTTP (Parse Error')
})

test('a user name that is not percent-encoded is refused in a sentence', async () => {
  const sent = await run(['trigger', 'chat.message', '--to', 'http://%zz@localhost:1/'])
  expect(sent.exitCode).toBe(2)
  expect(sent.stderr).toContain('not percent-encoded')
})
