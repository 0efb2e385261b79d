import { queueCases } from '@ainexlayer/webhooks-conformance'
import { test } from 'vitest'
import { bullmqOnTrial } from './queue-on-trial.ts'
import { noServer, there } from './server.ts'

for (const { name, run } of queueCases(bullmqOnTrial)) {
  test(name, async ({ skip }) => {
    if (!there) skip(noServer)
    await run()
  })
}
