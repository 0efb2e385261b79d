import { sseOf } from '../api/sse.ts'
import type { EventStream, StreamEvent } from '../stream/event-stream.ts'

/** How long changes are collected before a page hears of them, in milliseconds. */
const batchMs = 400

/**
 * Tells a page that something changed, at most once in {@link batchMs}, however much it was: the page then reads what
 * it shows anew. What changed stays here.
 */
export const liveAnswer = (stream: EventStream, after: string | undefined): Response =>
  sseOf((send) => {
    let names = new Set<StreamEvent['name']>()
    let timer: NodeJS.Timeout | undefined
    const tell = (): void => {
      timer = undefined
      send(`event: changed\ndata: ${JSON.stringify([...names])}\n\n`)
      names = new Set()
    }
    const unsubscribe = stream.subscribe(({ name }) => {
      names.add(name)
      timer ??= setTimeout(tell, batchMs)
    }, after)
    return () => {
      clearTimeout(timer)
      unsubscribe()
    }
  })
