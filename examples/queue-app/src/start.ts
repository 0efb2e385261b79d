/** Starts the receiver and two workers as separate processes, and prints their progress. */
import { setTimeout as sleep } from 'node:timers/promises'
import { openEngine } from './open-engine.ts'
import { startProcess, stopProcess } from './processes.ts'

const engine = await openEngine()
await engine.setUp()
const children = await Promise.all([
  startProcess('receiver'),
  startProcess('worker'),
  startProcess('worker'),
])

const stop = async (): Promise<void> => {
  await Promise.all(children.map(stopProcess))
  await engine.close()
  process.exit()
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())

let last = ''
for (;;) {
  const line = `handled ${await engine.handled()}, waiting or running ${await engine.open()}`
  if (line !== last) console.log(line)
  last = line
  await sleep(1000)
}
