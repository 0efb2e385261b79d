import { queueCases } from '@ainexlayer/webhooks-conformance'
import { test } from 'vitest'
import { pgBossOnTrial } from './queue-on-trial.ts'
import { noServer, there } from './server.ts'

for (const { name, run } of queueCases(pgBossOnTrial)) {
  test(name, async ({ skip }) => {
    if (!there) skip(noServer)
    await run()
  })
}
