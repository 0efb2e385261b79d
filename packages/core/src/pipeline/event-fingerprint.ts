import type { GenuineDelivery } from '../delivery/delivery.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { fingerprintOf } from '../verify/read-event.ts'
import type { ReceiverConfig } from './config.ts'

/** What the user's `fingerprint` says; undefined when it gives none, which the log is told of. */
const chosen = (
  { fingerprint, limited }: ReceiverConfig,
  { event }: GenuineDelivery,
): string | undefined => {
  if (fingerprint === undefined) return undefined
  let error: unknown = new Error('it did not answer a text')
  try {
    const text: unknown = fingerprint(event)
    if (typeof text === 'string') return text
  } catch (thrown) {
    error = thrown
  }
  limited.write('error', 'fingerprint', () => [
    { err: error, id: event.id, type: event.type },
    'the `fingerprint` function failed: the bytes of the body count',
  ])
  return undefined
}

/** What makes two deliveries of one id the same event: their bytes, or what the user chose of them. */
export const eventFingerprint = (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
): string | Promise<string> => {
  const text = chosen(config, delivery)
  return fingerprintOf(text === undefined ? delivery.rawBody : encodeUtf8(text))
}
