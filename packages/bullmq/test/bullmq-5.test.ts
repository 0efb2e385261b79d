import { queueCases } from '@ainexlayer/webhooks-conformance'
import { expect, test, vi } from 'vitest'
import { bullmqOnTrial } from './queue-on-trial.ts'
import { noServer, there } from './server.ts'

vi.mock('bullmq', () => import('bullmq5'))

test('BullMQ 5 is on trial here, and not 6', async () => {
  const [named, five] = await Promise.all([import('bullmq'), import('bullmq5')])
  expect(named.Worker).toBe(five.Worker)
})

for (const { name, run } of queueCases(bullmqOnTrial)) {
  test(name, async ({ skip }) => {
    if (!there) skip(noServer)
    await run()
  })
}
