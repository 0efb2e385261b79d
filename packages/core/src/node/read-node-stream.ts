import type { Readable } from 'node:stream'
import { startTimer } from '../async/timer.ts'
import { BodyCollector, tooMany } from '../delivery/body-collector.ts'
import { lossyDoubt } from '../delivery/kept-body.ts'
import type { BodyRead, ReadLimits } from '../delivery/request.ts'
import { toBytes } from '../encoding/bytes.ts'

/** Encodings whose text holds all of the bytes; for UTF-8 the text itself shows when it does not. */
const exactEncodings: ReadonlySet<string> = new Set<BufferEncoding>([
  'utf8',
  'utf-8',
  'latin1',
  'binary',
  'hex',
  'base64',
  'base64url',
])

const unknownChunk: BodyRead = {
  ok: false,
  code: 'body_already_parsed',
  note: 'The stream of the body yields something else than bytes and text.',
}

/** How long another reader may hold the stream up the first time; a web stream that nobody reads never goes on. */
const patienceMs = 100

/**
 * Reads a stream to its end, within the limits. One of text, because something set an encoding on it, is put back
 * into bytes. Afterwards a stream that was refused is paused and not destroyed: the answer has to go out beside it.
 */
export const readNodeStream = (
  stream: Readable,
  limits: ReadLimits,
  announced?: number,
): Promise<BodyRead> => {
  const encoding = stream.readableEncoding ?? 'utf8'
  if (!exactEncodings.has(encoding)) {
    return Promise.resolve({
      ok: false,
      code: 'body_already_parsed',
      note: `Something called \`setEncoding('${encoding}')\` on the request, which loses bytes: remove it.`,
    })
  }
  const body = new BodyCollector(limits, announced)
  if (!body.begin()) return Promise.resolve(tooMany)
  let doubt: { readonly doubt?: string } = {}
  // Beside a listener for `readable` a stream does not flow by itself.
  const mustPump = stream.listenerCount('readable') > 0
  return new Promise((resolve) => {
    const finish = (result: BodyRead): void => {
      stopTimer()
      stopWaiting()
      body.end()
      stream
        .off('pause', onPause)
        .off('data', onData)
        .off('end', onEnd)
        .off('close', onClose)
        .off('error', onClose)
      if (mustPump) stream.off('readable', pump)
      if (!result.ok) stream.pause()
      resolve(result)
    }
    const onData = (chunk: unknown): void => {
      if (typeof chunk === 'string') doubt = { ...doubt, ...lossyDoubt(chunk) }
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : toBytes(chunk)
      const refused = bytes === undefined ? unknownChunk : body.add(bytes)
      if (refused !== undefined) finish(refused)
    }
    const onEnd = (): void => finish({ ok: true, bytes: body.take(), ...doubt })
    const onClose = (): void => finish({ ok: false, code: 'body_incomplete' })
    const stopTimer = startTimer(limits.timeoutMs, () => {
      finish({ ok: false, code: 'body_read_timeout' })
    })
    // What is read here or by somebody else comes as `data`.
    const pump = (): void => {
      while (stream.read() !== null);
    }
    // Whoever pauses it too gets the rest without a pause: no more than the limit.
    let stopWaiting = (): void => {}
    let patience = patienceMs
    const onPause = (): void => {
      stopWaiting()
      stopWaiting = startTimer(patience, () => {
        patience = 0
        stream.resume()
      })
    }
    stream
      .on('pause', onPause)
      .on('data', onData)
      .on('end', onEnd)
      .on('close', onClose)
      .on('error', onClose)
    if (mustPump) {
      stream.on('readable', pump)
      pump()
    } else stream.resume()
  })
}
