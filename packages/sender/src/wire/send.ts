import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import {
  keptBody,
  keptBytes,
  type NetworkErrorCode,
  networkError,
  type PostResult,
  readBytes,
} from './answer.ts'
import { agentsOf, type Route, refusedAddress } from './route.ts'
import { sendRaw } from './send-raw.ts'
import { trusted } from './trusted.ts'
import type { WirePlan } from './wire-plan.ts'

/** Whether the plan needs a raw socket, because `node:http` cannot do it. */
const needsSocket = ({ cut, framing, headersBytesPerSecond, bodyBytesPerSecond }: WirePlan) =>
  cut !== undefined ||
  framing === 'none' ||
  headersBytesPerSecond !== undefined ||
  bodyBytesPerSecond !== undefined

const flatHeaders = (response: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  )

const answerOf = (response: IncomingMessage, chunks: readonly Uint8Array[]): PostResult => ({
  ok: true,
  response: {
    statusCode: response.statusCode ?? 0,
    headers: flatHeaders(response),
    ...keptBody(Buffer.concat(chunks)),
  },
})

const readAnswer = (response: IncomingMessage, finish: (result: PostResult) => void): void => {
  const chunks: Uint8Array[] = []
  let length = 0
  const answered = (): void => finish(answerOf(response, chunks))
  response.on('data', (chunk: Uint8Array) => {
    if (length < keptBytes) chunks.push(chunk)
    length += chunk.length
    if (length <= readBytes) return
    // The status is enough: an endless answer is not awaited.
    answered()
    response.destroy()
  })
  response.on('end', answered)
  response.on('error', (error) => finish(networkError(error)))
  response.on('close', () =>
    finish({ ok: false, code: 'connection_reset', message: 'the answer was cut off' }),
  )
}

const startRequest = (plan: WirePlan, { lookup, ca }: Route): ClientRequest => {
  const secure = plan.url.startsWith('https:')
  const { host } = new URL(plan.url)
  const headers = [
    'host',
    host,
    ...plan.headers.flat(),
    ...(plan.framing === 'chunked'
      ? ['transfer-encoding', 'chunked']
      : ['content-length', String(plan.body.length)]),
  ]
  const { http, https } = agentsOf(lookup)
  return (secure ? requestHttps : requestHttp)(plan.url, {
    method: 'POST',
    headers,
    agent: plan.keepsConnection && (secure ? https : http),
    ...(lookup && { lookup }),
    ...(secure && trusted(ca)),
  })
}

const sendOrdinary = (plan: WirePlan, route: Route): Promise<PostResult> =>
  new Promise((resolve) => {
    const request = startRequest(plan, route)
    let answered = false
    const finish = (result: PostResult): void => {
      if (answered) return
      answered = true
      clearTimeout(timer)
      clearTimeout(connectTimer)
      route.signal?.removeEventListener('abort', abort)
      // The answer came before the whole request was sent, as after a refused `expect`.
      if (!request.writableEnded) request.destroy()
      resolve(result)
    }
    const giveUp = (code: NetworkErrorCode, message: string) => (): void => {
      finish({ ok: false, code, message })
      request.destroy()
    }
    const abort = giveUp('aborted', 'aborted by the caller')
    route.signal?.addEventListener('abort', abort)
    const timer = setTimeout(
      giveUp('timeout', `no complete answer within ${plan.timeoutMs} ms`),
      plan.timeoutMs,
    )
    const connectTimer = setTimeout(
      giveUp('connect_timeout', `no connection within ${route.connectTimeoutMs} ms`),
      route.connectTimeoutMs,
    )
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(connectTimer))
      else clearTimeout(connectTimer)
    })
    request.on('error', (error) => finish(networkError(error)))
    request.on('response', (response) => readAnswer(response, finish))
    // Nothing else comes after 101 where nobody takes the connection over.
    request.on('upgrade', (response, socket) => {
      finish(answerOf(response, []))
      socket.destroy()
    })
    if (plan.headers.some(([name]) => name === 'expect')) {
      // An endpoint may say so twice.
      request.once('continue', () => request.end(plan.body))
      request.flushHeaders()
    } else if (plan.framing === 'chunked') {
      // In pieces that split characters.
      for (let at = 0; at < plan.body.length; at += 7) request.write(plan.body.subarray(at, at + 7))
      request.end()
    } else request.end(plan.body)
  })

/** Sends a plan once and reads the answer. Does not follow redirects: a 3xx is an answer like any other. Never throws. */
export const send = async (plan: WirePlan, route: Route): Promise<PostResult> => {
  const refused = await refusedAddress(plan.url, route)
  if (refused !== undefined) return refused
  if (route.signal?.aborted) return { ok: false, code: 'aborted', message: 'aborted by the caller' }
  return needsSocket(plan) || route.startingLine !== undefined
    ? sendRaw(plan, route)
    : sendOrdinary(plan, route)
}
