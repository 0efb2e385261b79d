import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a careful user would write without a library: headers, tolerance, HMAC over the bytes, constant time. */
export const verifyByHand = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Uint8Array,
  key: Uint8Array,
): boolean => {
  const [id, timestamp, signature] = [
    headers['webhook-id'],
    headers['webhook-timestamp'],
    headers['webhook-signature'],
  ]
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') {
    return false
  }
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  return signature.split(' ').some((entry) => {
    const offered = Buffer.from(entry.replace(/^v1,/, ''), 'base64')
    return offered.length === expected.length && timingSafeEqual(offered, expected)
  })
}
