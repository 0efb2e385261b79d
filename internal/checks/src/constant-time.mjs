/**
 * Does the time of a refusal reveal how much of a forged signature was right? Measured as dudect does:
 * two classes of input in random order, Welch's t-test over their times. |t| below 4.5 means that no
 * difference is seen. Prints its figures; exits with 1 above the threshold.
 */
import { randomBytes } from 'node:crypto'
import { createReceiver, sign } from '@ainexlayer/webhooks'

const samples = 250_000
const threshold = 4.5
/** The slowest samples are interruptions by the system, and say nothing about the code. */
const kept = 0.9

const secret = randomBytes(32)
const body = JSON.stringify({
  type: 'chat.message',
  timestamp: '2024-01-15T10:30:00Z',
  data: { content: 'x'.repeat(200) },
})
const timestamp = 1_700_000_000
const receiver = createReceiver({ secret, now: () => timestamp * 1000 })
const headers = await sign({ id: 'msg_1', signedAt: timestamp, body, secret })
const genuine = Buffer.from(headers['webhook-signature'].slice(3), 'base64')

const withSignature = (bytes) => ({
  ...headers,
  'webhook-signature': `v1,${bytes.toString('base64')}`,
})
const wrongAt = (index) => {
  const bytes = Buffer.from(genuine)
  bytes[index] ^= 1
  return withSignature(bytes)
}

const comparisons = [
  ['first byte wrong against last byte wrong', wrongAt(0), wrongAt(31)],
  ['all bytes wrong against last byte wrong', withSignature(randomBytes(32)), wrongAt(31)],
  [
    'right length against right length',
    withSignature(randomBytes(32)),
    withSignature(randomBytes(32)),
  ],
]

const measure = async (classes) => {
  const times = [new Float64Array(samples), new Float64Array(samples)]
  const counts = [0, 0]
  const order = randomBytes(samples)
  const input = { headers: classes[0], body: Buffer.from(body) }
  for (let i = 0; i < samples; i++) {
    const which = order[i] & 1
    input.headers = classes[which]
    const before = process.hrtime.bigint()
    await receiver.safeVerify(input)
    times[which][counts[which]++] = Number(process.hrtime.bigint() - before)
  }
  return times.map((all, which) => all.subarray(0, counts[which]))
}

const meanAndVariance = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, variance, count: values.length }
}

/** Welch's t over the samples below one common cut, so that neither class is favoured. */
const welch = ([one, other]) => {
  const all = Float64Array.from([...one, ...other]).sort()
  const cut = all[Math.floor(all.length * kept)]
  const [a, b] = [one, other].map((values) =>
    meanAndVariance(values.filter((value) => value <= cut)),
  )
  return { t: (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count), a, b }
}

await measure([wrongAt(0), wrongAt(31)]) // warms up the compiler

let failed = 0
for (const [name, first, second] of comparisons) {
  // A busy machine can fake a difference once; a leak shows every time.
  for (let measured = 1; measured <= 2; measured++) {
    const { t, a, b } = welch(await measure([first, second]))
    const ok = Math.abs(t) < threshold
    if (!ok && measured === 2) failed++
    const means = `means ${a.mean.toFixed(0)} and ${b.mean.toFixed(0)} ns`
    console.log(
      `${ok ? 'ok  ' : 'HIGH'} ${name}: t = ${t.toFixed(2)}, ${means}, ${samples} samples`,
    )
    if (ok) break
  }
}
console.log(
  `constant time: ${comparisons.length - failed} passed, ${failed} failed (|t| < ${threshold}, measured twice before it fails)`,
)
process.exitCode = failed === 0 ? 0 : 1
