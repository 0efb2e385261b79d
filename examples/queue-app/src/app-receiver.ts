import { setTimeout as sleep } from 'node:timers/promises'
import { createReceiver } from '@ainexlayer/webhooks'
import type { Engine } from './engine.ts'
import { settings } from './open-engine.ts'

/** Milliseconds that stand in for the work of a real handler. */
const workMs = Number(process.env['WORK_MS'] ?? 0)

/** The receiver of this app, with its handlers: the same for the HTTP process and the workers. */
export const createAppReceiver = (engine: Engine) => {
  const receiver = createReceiver({
    secret: process.env['AINEXLAYER_WEBHOOK_SECRET'],
    // The name of this service: the same in the HTTP process and the workers, and of no other service.
    endpoint: 'queue-app',
    dispatch: engine.dispatch,
    store: engine.store,
    // Shorter than the queue's own lock: the worker that takes over a killed worker's job finds the event free.
    leaseMs: (settings.recoverySeconds * 1000) / 2,
  })

  receiver.on('document.*', (event, ctx) => {
    ctx.log.info({ documentId: event.data.id, run: ctx.job?.run }, event.type)
  })

  receiver.on('*', async (event) => {
    await sleep(workMs)
    await engine.record({ id: event.id, pid: process.pid })
  })

  return receiver
}
