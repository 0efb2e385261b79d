/** A sender in a process of its own, for the test of two that want one folder. */
import { createSender, SenderError } from '../../src/index.ts'

const [data = ''] = process.argv.slice(2)
try {
  const sender = createSender({ apiKey: 'a', data })
  await sender.start()
  process.send?.('started')
} catch (error) {
  process.send?.(error instanceof SenderError ? error.code : String(error))
  process.exitCode = 1
  process.disconnect()
}
