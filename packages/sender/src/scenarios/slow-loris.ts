import type { Fault } from '@ainexlayer/webhooks-contract'
import { endedByReceiver, notTaken, settled, taken } from './expectations.ts'
import { eachFault, type Scenario } from './scenario.ts'

/** As many connections as a small pool has. */
const dripping = 20

export const slowLoris: Scenario = {
  description: 'A request that drips is ended by the receiver, and others do not wait for it.',
  needs: [],
  play: async (stage) => {
    const { readLimitMs = 12_000 } = stage.options
    // The sender waits longer, so that the one who ends it must be the receiver.
    const more = { timeoutMs: readLimitMs }
    const drip: Fault = { kind: 'slowBody', bytesPerSecond: 4 }
    const bodies = Array.from({ length: dripping }, () => stage.newMessage())
    const slow = Promise.all(bodies.map((message) => stage.send(message, [drip], more)))
    const heads = Array.from({ length: dripping }, () => stage.newMessage())
    const slowHead: Fault = { kind: 'slowHeaders', bytesPerSecond: 400 }
    const slowHeads = Promise.all(heads.map((message) => stage.send(message, [slowHead], more)))
    const other = stage.newMessage()
    const meanwhile = await stage.send(other, [], { timeoutMs: 2000 })
    stage.judge('another one meanwhile, within 2 s', other, [meanwhile], taken(1))
    stage.judge('headers at 400 bytes a second', heads, await slowHeads, settled)
    stage.judge('bodies at 4 bytes a second', bodies, await slow, endedByReceiver)
    await eachFault(stage, [
      [{ kind: 'truncate', atByte: 50 }, notTaken],
      [{ kind: 'dropConnection', when: 'midHeaders' }, notTaken],
      [{ kind: 'dropConnection', when: 'beforeRequest' }, notTaken],
    ])
    const after = stage.newMessage()
    stage.judge('and then an ordinary one', after, [await stage.send(after)], taken(1))
  },
}
