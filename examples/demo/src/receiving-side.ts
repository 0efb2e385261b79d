import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver, type Hooks } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-express'
import express from 'express'

/** A gate where a handler waits, so that a second delivery finds the first one in flight. */
export interface Gate {
  readonly eventId: string
  /** Resolves when the handler has reached the gate. */
  readonly reached: Promise<void>
  open(): void
}

/** An Express app on a free loopback port, watched through the receiver's hooks. */
export interface ReceivingSide {
  readonly url: string
  /** The outcomes so far, in order: `processed`, or a code such as `invalid_signature`. */
  readonly outcomes: readonly string[]
  /** How often the handlers finished for an event. */
  runs(eventId: string): number
  /** Makes the next run of an event fail. */
  failOnce(eventId: string): void
  /** Makes the run of an event wait. */
  holdAtGate(eventId: string): Gate
  close(): Promise<void>
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** Starts the app with the given secret. */
export const startReceivingSide = async (secret: string): Promise<ReceivingSide> => {
  const outcomes: string[] = []
  const failing = new Set<string>()
  const gates = new Map<string, () => Promise<void>>()
  const runs = new Map<string, number>()

  const hooks: Hooks = {
    onOutcome: (outcome) => {
      const code = 'code' in outcome ? outcome.code : undefined
      outcomes.push(code ?? outcome.outcome)
    },
  }
  const receiver = createReceiver({ secret, hooks, logger: quiet }).on('*', async ({ id }) => {
    await gates.get(id)?.()
    if (failing.delete(id)) throw new Error('the database is down')
    runs.set(id, (runs.get(id) ?? 0) + 1)
  })
  const app = express()
  app.post('/webhooks/ainexlayer', webhookHandler(receiver))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}/webhooks/ainexlayer`,
    outcomes,
    runs: (eventId) => runs.get(eventId) ?? 0,
    failOnce: (eventId) => void failing.add(eventId),
    holdAtGate: (eventId) => {
      let arrive = (): void => {}
      let open = (): void => {}
      const reached = new Promise<void>((resolve) => {
        arrive = resolve
      })
      const opened = new Promise<void>((resolve) => {
        open = resolve
      })
      gates.set(eventId, () => {
        arrive()
        return opened
      })
      return { eventId, reached, open }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
