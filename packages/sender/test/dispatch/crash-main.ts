/** A sender in a process of its own, for the test that kills it. */
import { createSender } from '../../src/index.ts'

const [data = '', target = '', count = '0', inGroups = ''] = process.argv.slice(2)
const sender = createSender({
  apiKey: 'test-key',
  data,
  allowPrivateTargets: true,
  retry: { delaysSeconds: [0, 1, 1, 1, 1, 1, 1, 1], jitter: 0 },
})
const { url } = await sender.start()
if (Number(count) > 0) {
  await fetch(`${url}/webhooks`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: JSON.stringify({ url: target, events: ['*'], concurrency: 8 }),
  })
  const inputs = Array.from({ length: Number(count) }, (_, n) => ({
    type: 'user.deleted',
    data: { id: `user-${n}` },
    id: `msg_${n}`,
  }))
  if (inGroups === '') for (const input of inputs) sender.emit(input)
  while (inGroups !== '' && inputs.length > 0) {
    const results = await sender.emitMany(inputs.splice(0, 20))
    // Said only now: what was said is not lost any more.
    process.send?.(results.flatMap((result) => (result.ok ? [result.id] : [])))
  }
}
process.send?.('ready')
await sender.idle()
process.send?.('idle')
