/** A worker process: runs the handlers. Start as many as you need. */
import { createAppReceiver } from './app-receiver.ts'
import { openEngine } from './open-engine.ts'

const engine = await openEngine()
const worker = await engine.startWorker(createAppReceiver(engine))
process.send?.('ready')

// Running handlers finish; jobs that were fetched but not started go to another worker.
process.once('SIGTERM', async () => {
  await worker.close()
  await engine.close()
  process.exit()
})
