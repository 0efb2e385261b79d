import type { EventStream } from '../stream/event-stream.ts'

/** How often a line is sent when nothing happens, so that proxies keep the connection, in milliseconds. */
const heartbeatMs = 15_000

/** What may wait for a reader, in bytes. One who reads more slowly is dropped: it comes back with its last id. */
const waitingBytes = 256 * 1024

/**
 * An answer with server-sent events. `open` gets what sends a text, and returns what ends it; a reader that is too
 * slow is dropped. The headers go out at once.
 */
export const sseOf = (open: (send: (text: string) => void) => () => void): Response => {
  const encoder = new TextEncoder()
  let stop = (): void => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let isOpen = true
        let end = (): void => {}
        const write = (text: string): void => {
          if (!isOpen) return
          if ((controller.desiredSize ?? 0) <= 0) {
            stop()
            controller.error(new Error('The reader is too slow.'))
            return
          }
          controller.enqueue(encoder.encode(text))
        }
        const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs)
        heartbeat.unref()
        stop = () => {
          isOpen = false
          clearInterval(heartbeat)
          end()
        }
        write('retry: 1000\n\n')
        end = open(write)
        if (!isOpen) end()
      },
      cancel: () => stop(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: waitingBytes }),
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  })
}

/** The answer with the events of a stream, from after `lastId` on. */
export const sseAnswer = (stream: EventStream, lastId: string | undefined): Response =>
  sseOf((send) =>
    stream.subscribe(
      ({ id, name, json }) => send(`id: ${id}\nevent: ${name}\ndata: ${json}\n\n`),
      lastId,
    ),
  )
