import {
  type AttemptErrorCode,
  type AttemptResponse,
  writeBytes,
} from '@ainexlayer/webhooks-contract'

/** Why there is no answer. */
export type NetworkErrorCode = Exclude<
  AttemptErrorCode,
  'http_status' | 'redirect' | 'response_too_large' | 'payload_expired' | 'sender_error'
>

/** The result of a request: an answer of any status, or a network error. */
export type PostResult =
  | { readonly ok: true; readonly response: AttemptResponse }
  | { readonly ok: false; readonly code: NetworkErrorCode; readonly message: string }

/** How much of an answer's body is kept, in bytes. */
export const keptBytes = 16 * 1024

/** How much of an answer's body is read before its connection is closed, in bytes. */
export const readBytes = 64 * 1024

/** What is kept of an answer's body, or of its beginning. */
export const keptBody = (
  bytes: Uint8Array,
): Pick<AttemptResponse, 'body' | 'bodyEncoding' | 'truncated'> => {
  const truncated = bytes.length > keptBytes
  const { text, encoding } = writeBytes(bytes.subarray(0, keptBytes), truncated)
  return { body: text, bodyEncoding: encoding, truncated }
}

/** The result for a network error, with its stable code. */
export const networkError = (error: NodeJS.ErrnoException): PostResult => {
  const code = error.code ?? ''
  const named = (name: NetworkErrorCode): PostResult => ({
    ok: false,
    code: name,
    message: error.message,
  })
  if (code === 'ERR_BLOCKED_ADDRESS') return named('blocked_address')
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return named('dns')
  if (code === 'ECONNREFUSED') return named('connect_refused')
  if (code === 'ETIMEDOUT') return named('connect_timeout')
  if (/^(EPROTO|ERR_(TLS|SSL)_)|CERT|^UNABLE_TO_/.test(code)) return named('tls')
  return named('connection_reset')
}
