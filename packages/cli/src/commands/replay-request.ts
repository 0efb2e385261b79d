import { type Profile, sign } from '@ainexlayer/webhooks'
import { newMessageId } from '@ainexlayer/webhooks-sender'
import type { CapturedRequest } from '../capture/captured-request.ts'
import type { Secret } from '../input/secret.ts'
import type { World } from '../world/world.ts'
import { checkRequest } from './listen-request.ts'
import type { Source } from './replay-sources.ts'

/** The request with a signature of now; its id stays, unless it could not be signed. */
export const resigned = async (
  request: CapturedRequest,
  id: string,
  secret: Secret,
  profile: Profile,
  world: World,
): Promise<CapturedRequest> => {
  const headers = await sign({
    id: /^[!-~]{1,256}$/.test(id) && !/[.,]/.test(id) ? id : newMessageId(),
    signedAt: Math.floor(world.clock.now() / 1000),
    body: request.body,
    secret: { value: secret.value, ...(secret.encoding && { encoding: secret.encoding }) },
    profile,
  })
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  const kept = request.headers.filter(([name]) => !names.includes(name.toLowerCase()))
  return { ...request, headers: [...kept, ...Object.entries(headers)] }
}

/** Why a capture is not signed anew without being asked: a new signature would make a forgery genuine. */
export const whyNotResigned = async (
  { name, request, isTrusted }: Source,
  secret: Secret,
  profile: Profile,
): Promise<string | undefined> => {
  if (isTrusted) return undefined
  const { verdict } = await checkRequest(request, secret, profile)
  // A copy of a file has another time; what `listen` found too old or too new says so in its name.
  const isCopied = verdict?.startsWith('clock_') && !name.endsWith(`.${verdict}.http`)
  return verdict === 'verified' || isCopied ? undefined : verdict
}

/** An event under a new id, in its body, too, where the body says it. */
export const renamed = (request: CapturedRequest, id: string): CapturedRequest => {
  const text = request.body.toString()
  const before = /"id"\s*:\s*"([^"\\]*)"/.exec(text)?.[1]
  if (before === undefined || fieldIdOf(text) !== before) return request
  return { ...request, body: Buffer.from(text.replaceAll(`"${before}"`, `"${id}"`)) }
}

const fieldIdOf = (text: string): unknown => {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? Reflect.get(json, 'id') : undefined
  } catch {
    return undefined
  }
}
