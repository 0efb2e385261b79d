import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isPublicAddress, refuseUrl } from '@ainexlayer/webhooks-contract'
import { expect, onTestFinished, test } from 'vitest'
import { startSender } from '../sending.ts'

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(`${url}/healthz`, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

test('on loopback a request that names another host is refused', async () => {
  const { url } = await startSender()
  const { port } = new URL(url)
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost']) {
    expect(await statusFor(url, host), host).toBe(200)
  }
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '10.0.0.1',
  ]) {
    expect(await statusFor(url, host), host).toBe(403)
  }
})

test.for([
  '::127.0.0.1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fec0::1',
  '::2',
  '0.1.2.3',
  '100.64.0.1',
  '198.18.0.1',
])('%s is not a public address', (address) => {
  expect(isPublicAddress(address)).toBe(false)
  const host = address.includes(':') ? `[${address}]` : address
  expect(refuseUrl(`https://${host}/`, { allowPrivateTargets: false })).toBeDefined()
})

test('a scenario does not reach a private address, neither as its target nor to observe', async () => {
  let asked = 0
  const server = createServer((_, response) => {
    asked += 1
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { client } = await startSender({ allowPrivateTargets: false })
  const { hostname } = await import('node:os')
  // Names are looked up when they are used; this machine’s own leads to a private address.
  const { id } = await client.webhooks.create({
    url: `https://${hostname()}:${port}/`,
    events: ['*'],
  })
  await expect(
    client.dev.runScenario('ack-lost', { webhookId: id, observe: `http://127.0.0.1:${port}/` }),
  ).rejects.toMatchObject({ status: 422, details: { field: 'observe' } })
  const run = await client.dev.runScenario('endpoint-gone', {
    webhookId: id,
    observe: `https://${hostname()}:${port}/`,
  })
  await expect.poll(async () => (await client.dev.run(run.id)).status).not.toBe('running')
  expect(asked).toBe(0)
})
