import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cachedSecrets, createReceiver, type SecretSource } from '@ainexlayer/webhooks'
import { nodeListener, secretFromFile } from '@ainexlayer/webhooks/node'
import { expect, onTestFinished, test } from 'vitest'
import { startSender } from '../sending.ts'

/** Each request looks for a new secret. */
const always = 1e-6

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'ainexlayer-rotation-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

const sources = {
  'a file that is replaced': () => {
    const path = join(folder(), 'secret')
    return {
      put: (secret: string) => {
        writeFileSync(`${path}.new`, secret)
        renameSync(`${path}.new`, path)
      },
      open: (): SecretSource => secretFromFile(path, { everyMs: always }),
    }
  },
  'a manager behind a cache': () => {
    let present = ''
    return {
      put: (secret: string) => {
        present = secret
      },
      open: (): SecretSource => cachedSecrets(async () => present, { ttlMs: always }),
    }
  },
}

test.for(Object.entries(sources))(
  'a secret is rotated without a restart and without a refusal: %s',
  async ([, make]) => {
    const { client, sender, clock } = await startSender()
    const { put, open } = make()
    const refused: unknown[] = []
    const handled: string[] = []
    const server = createServer((request, response) => listen(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { id, secret } = await client.webhooks.create({ url, events: ['*'] })
    put(secret)
    const receiver = createReceiver({
      secret: open(),
      now: () => clock.now(),
      logger: { info: () => {}, warn: () => {}, error: () => {} },
      hooks: { onRejected: ({ code }) => void refused.push(code) },
    }).on('*', (event) => void handled.push(event.id))
    const listen = nodeListener(receiver)

    const deliver = async (): Promise<void> => {
      await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
      await sender.idle()
    }
    await deliver()
    const { secret: newer } = await client.webhooks.rotateSecret(id, { gracePeriodSeconds: 3600 })
    expect(newer).not.toBe(secret)
    // The sender signs with both now, and the receiver still has the old one.
    await deliver()
    put(newer)
    await deliver()
    await deliver()
    clock.moveTo(clock.now() + 3_600_000)
    // From now on only the new one counts.
    await deliver()
    expect(new Set(handled).size).toBe(5)
    expect(refused).toEqual([])
    // And the next rotation, without which nothing shows that the old one is out of use.
    const { secret: last } = await client.webhooks.rotateSecret(id, { gracePeriodSeconds: 0 })
    put(last)
    await deliver()
    await deliver()
    expect(handled.length).toBeGreaterThanOrEqual(6)
  },
)
