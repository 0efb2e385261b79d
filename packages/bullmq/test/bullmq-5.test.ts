import { queueCases } from '@ainexlayer/webhooks-conformance'
import { expect, test, vi } from 'vitest'
import { bullmqOnTrial } from './queue-on-trial.ts'
import { noServer, there } from './server.ts'

vi.mock('bullmq', () => import('bullmq5'))

test('the version under test here is BullMQ 5, not 6', async () => {
  const [named, five] = await Promise.all([import('bullmq'), import('bullmq5')])
  expect(named.Worker).toBe(five.Worker)
})

for (const { name, run } of queueCases(bullmqOnTrial)) {
  test(name, async ({ skip }) => {
    if (!there) skip(noServer)
    await run()
  })
}
