/**
 * What runs inside workerd: `POST /<case>?times=<n>` with the body to verify and its headers. The clock does not
 * advance there during a request, so the time is measured from outside.
 */
import { verifySignature } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { Webhook } from 'standardwebhooks'

const algorithm = { name: 'HMAC', hash: 'SHA-256' }
const standard = new Webhook(testSecret)

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))

const secretBytes = bytesOf(testSecret.slice('whsec_'.length))
let key: ReturnType<typeof crypto.subtle.importKey> | undefined

interface Signed {
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
}

/** One verification of each kind; each returns whether the request is genuine. */
const cases: Record<string, (signed: Signed) => Promise<() => unknown>> = {
  bare: async ({ headers, body }) => {
    key ??= crypto.subtle.importKey('raw', secretBytes, algorithm, false, ['verify'])
    const cached = await key
    const prefix = new TextEncoder().encode(
      `${headers['webhook-id']}.${headers['webhook-timestamp']}.`,
    )
    const content = new Uint8Array([...prefix, ...body])
    const signature = bytesOf((headers['webhook-signature'] ?? '').slice('v1,'.length))
    return () => crypto.subtle.verify('HMAC', cached, signature, content)
  },
  byhand: async ({ headers, body }) => {
    key ??= crypto.subtle.importKey('raw', secretBytes, algorithm, false, ['verify'])
    const cached = await key
    const encoder = new TextEncoder()
    return () => {
      const prefix = encoder.encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`)
      const content = new Uint8Array(prefix.length + body.length)
      content.set(prefix)
      content.set(body, prefix.length)
      const signature = bytesOf((headers['webhook-signature'] ?? '').slice('v1,'.length))
      return crypto.subtle.verify('HMAC', cached, signature, content)
    }
  },
  core:
    async ({ headers, body }) =>
    async () =>
      (await verifySignature({ headers, body, secret: testSecret })).ok,
  standardwebhooks: async ({ headers, body }) => {
    const text = new TextDecoder().decode(body)
    return () => {
      standard.verify(text, headers, { jsonParse: false })
      return true
    }
  },
}

export default {
  fetch: async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url)
    const signed = {
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
    }
    const verify = await cases[pathname.slice(1)]?.(signed)
    if (verify === undefined) return new Response('no such case', { status: 404 })
    const times = Number(searchParams.get('times'))
    for (let n = 0; n < times; n++) {
      if (!(await verify())) return new Response('not genuine', { status: 500 })
    }
    return new Response('ok')
  },
}
