import type { HandlingReceiver } from '@ainexlayer/webhooks/node'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

/** Whether an app was made without a logger: the levels of what Fastify puts there are one empty function. */
const isAbsent = (log: Pick<FastifyBaseLogger, 'info' | 'error'>): boolean =>
  !('level' in log) && log.info === log.error

/** Lets a receiver without a logger of its own write where the app does. */
export const adoptAppLogger = (
  receiver: Pick<HandlingReceiver, 'adoptLogger'>,
  { log }: FastifyInstance,
): void => {
  if (!isAbsent(log)) receiver.adoptLogger?.(log)
}
