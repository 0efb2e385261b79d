/** A worker process: runs the handlers. Start as many as you need. */
import { createAppReceiver } from './app-receiver.ts'
import { openEngine } from './open-engine.ts'

const engine = await openEngine()
const worker = await engine.startWorker(createAppReceiver(engine))
process.send?.('ready')

// What runs is finished; what was fetched and not begun, the queue gives to another worker.
process.once('SIGTERM', async () => {
  await worker.close()
  await engine.close()
  process.exit()
})
