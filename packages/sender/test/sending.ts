import { createClient } from '@ainexlayer/webhooks-client'
import { onTestFinished } from 'vitest'
import { createSender, type SenderOptions, virtualClock } from '../src/index.ts'

export const apiKey = 'test-key'
export const start = Date.parse('2026-01-15T10:30:00Z')

/** A sender on a virtual clock, started on a free port, and a client of it. */
export const startSender = async (options: Partial<SenderOptions> = {}) => {
  const clock = virtualClock(start)
  const errors: unknown[] = []
  const sender = createSender({
    apiKey,
    allowPrivateTargets: true,
    dev: true,
    clock,
    seed: 1,
    onError: (error) => errors.push(error),
    ...options,
  })
  const { url } = await sender.start()
  onTestFinished(() => sender.close())
  const client = createClient({ apiKey, baseUrl: url, maxRetries: 0 })
  return { sender, clock, client, url, errors }
}
