import type { AnyEvent } from '../events/event-of.ts'
import type { ReceiverConfig } from './config.ts'

/**
 * Whether an event may go on whose id was received before with another fingerprint: it then counts as another attempt of
 * the same event. The log is told of it unless it is to be ignored.
 */
export const mayDiffer = (
  { onIdReused, logger }: Pick<ReceiverConfig, 'onIdReused' | 'logger'>,
  { id, type }: AnyEvent,
): boolean => {
  if (onIdReused === 'warn') {
    logger.warn(
      { id, type, onIdReused },
      'an event arrived again with different bytes, and counts as the same event (`onIdReused`)',
    )
  }
  return onIdReused !== 'reject'
}
