import type { StreamData, StreamEventName } from '@ainexlayer/webhooks-contract'

/** An event of the stream. */
export interface StreamEvent {
  /** Its place, for `Last-Event-ID`; it differs from one run of the sender to the next. */
  readonly id: string
  readonly name: StreamEventName
  /** Its data as JSON, on one line. */
  readonly json: string
}

/** Takes what happens. */
export interface Publisher {
  /** `data` is only called when it is needed. */
  publish<Name extends StreamEventName>(name: Name, data: () => StreamData<Name>): void
}

/** Tells what happens to whoever listens. */
export interface EventStream extends Publisher {
  /**
   * Calls `listener` with each event from now on, until the returned function is called; before that with those
   * after `lastId`, or with `stream.gap` if they are no longer kept.
   */
  subscribe(listener: (event: StreamEvent) => void, lastId?: string): () => void
  /** The id of the last event so far: whoever read something now asks for what comes after it. */
  lastId(): string
}

/** How many events, and how many characters of them, are kept for who comes back. */
const kept = { events: 1000, characters: 4 * 1024 * 1024 }

/** How long the events of nobody are kept up, in milliseconds. */
const lingerMs = 120_000

/** Creates a stream. `run` is a word of this run of the sender. Nothing is kept before somebody has listened. */
export const createEventStream = (run: string, monotonicMs: () => number): EventStream => {
  const listeners = new Set<(event: StreamEvent) => void>()
  let last: StreamEvent[] = []
  let characters = 0
  let number = 0
  let lastHeard = Number.NEGATIVE_INFINITY

  const keep = (event: StreamEvent): void => {
    last.push(event)
    characters += event.json.length
    while (last.length > kept.events || characters > kept.characters) {
      characters -= last.shift()?.json.length ?? 0
    }
  }

  return {
    lastId: () => `${run}-${number}`,
    publish: (name, data) => {
      number += 1
      if (listeners.size > 0) lastHeard = monotonicMs()
      if (monotonicMs() - lastHeard > lingerMs) {
        last = []
        characters = 0
        return
      }
      const event = { id: `${run}-${number}`, name, json: JSON.stringify(data()) }
      keep(event)
      for (const listener of [...listeners]) listener(event)
    },
    subscribe: (listener, lastId) => {
      if (lastId !== undefined) {
        const index = last.findIndex(({ id }) => id === lastId)
        if (index >= 0) for (const event of last.slice(index + 1)) listener(event)
        else if (lastId !== `${run}-${number}`) {
          listener({ id: `${run}-${number}`, name: 'stream.gap', json: '{}' })
        }
      }
      listeners.add(listener)
      lastHeard = monotonicMs()
      return () => {
        lastHeard = monotonicMs()
        listeners.delete(listener)
      }
    },
  }
}
