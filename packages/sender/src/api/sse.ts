import type { EventStream } from '../stream/event-stream.ts'

/** How often a line is sent when nothing happens, so that proxies keep the connection, in milliseconds. */
const heartbeatMs = 15_000

/** What may wait for a reader, in bytes. One who reads more slowly is dropped: it comes back with its last id. */
const waitingBytes = 256 * 1024

/** The answer with server-sent events: its headers go out at once. */
export const sseAnswer = (stream: EventStream, lastId: string | undefined): Response => {
  const encoder = new TextEncoder()
  let stop = (): void => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let isOpen = true
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
          unsubscribe()
        }
        let unsubscribe = (): void => {}
        write('retry: 1000\n\n')
        unsubscribe = stream.subscribe(
          ({ id, name, json }) => write(`id: ${id}\nevent: ${name}\ndata: ${json}\n\n`),
          lastId,
        )
        if (!isOpen) unsubscribe()
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
