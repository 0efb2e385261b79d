import { setTimeout as sleep } from 'node:timers/promises'
import { fixture } from '@ainexlayer/webhooks/testing'
import { type Answers, deliverUntilDone } from '@ainexlayer/webhooks-crash'

/** One event in so many is of the type that only the newer version handles. */
const newTypeEvery = 5
/** One event in so many is delivered twice at once. */
const twiceEvery = 10

/** A stream of deliveries, each repeated until its answer is a 2xx. */
export interface Traffic {
  readonly ids: readonly string[]
  readonly answers: Answers
  /** Sends no more, and waits until all are answered. */
  end(): Promise<void>
}

/** Sends so many events a second to any of the addresses, which may change meanwhile. */
export const startTraffic = (perSecond: number, anyUrl: () => string): Traffic => {
  const ids: string[] = []
  const answers: Answers = new Map()
  const sending: Promise<void>[] = []
  let isEnding = false
  const send = (): void => {
    const event = fixture(ids.length % newTypeEvery === 0 ? 'document.processed' : 'chat.message')
    const body = JSON.stringify(event)
    const copies = ids.length % twiceEvery === 0 ? 2 : 1
    ids.push(event.id)
    for (let copy = 0; copy < copies; copy++) {
      sending.push(deliverUntilDone({ id: event.id, body }, anyUrl, answers))
    }
  }
  const stream = async (): Promise<void> => {
    let due = 0
    for (let lastAt = performance.now(); !isEnding; await sleep(5)) {
      const now = performance.now()
      // What a late timer missed is made up for, up to two seconds of it.
      due = Math.min(due + ((now - lastAt) / 1000) * perSecond, 2 * perSecond)
      lastAt = now
      for (; due >= 1; due--) send()
    }
  }
  const streaming = stream()
  return {
    ids,
    answers,
    end: async () => {
      isEnding = true
      await streaming
      await Promise.all(sending)
    },
  }
}
