import type { Source } from '../delivery/delivery.ts'
import { plainAddress } from '../delivery/plain-address.ts'
import type { ReceiverConfig } from './config.ts'

/** The caller's address in its plain form; undefined where the adapter does not know it, or its `remoteAddress` threw. Never throws. */
export const remoteAddressOf = (
  { limited }: Pick<ReceiverConfig, 'limited'>,
  source: Pick<Source, 'remoteAddress'>,
): string | undefined => {
  try {
    return plainAddress(source.remoteAddress)
  } catch (error) {
    limited.write('error', 'remoteAddress', () => [
      { err: error },
      '`remoteAddress` threw: the address of the caller counts as unknown',
    ])
    return undefined
  }
}
