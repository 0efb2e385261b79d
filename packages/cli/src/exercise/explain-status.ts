import { excerpt } from '../output/printable.ts'

const words: Readonly<Record<number, string>> = {
  101: 'It switches to another protocol, such as WebSocket: this is not the address of a webhook.',
  400: 'It takes the request for malformed, or cannot verify it: check that it has the secret of this run, and that no JSON parser comes before the verification.',
  401: 'Check that the receiver has the secret of this run, and verifies the bytes that arrived: no JSON parser may come before it, and no login.',
  403: 'Something in front refuses it (CSRF protection, a firewall, an allowlist): let the path of the webhook through.',
  404: 'Nothing is served at this path: check the route, and its prefix.',
  405: 'The path is there, but takes no POST: check the method of the route.',
  408: 'The body did not arrive in the time that the receiver gives it: look at what is between, and at its deadline for reading.',
  409: 'The event is still being handled by an earlier attempt, or by a process that died: it is taken over when the lease ends.',
  410: 'It says that the endpoint is gone, and a sender switches the webhook off: answer 410 only where no event is wanted any more.',
  413: 'The body is larger than the receiver, or what is in front of it, takes: raise the limit there.',
  415: 'It does not take the content type `application/json`: let the route read the body whatever its type.',
  422: 'It understood the request, and does not take what is in it: most likely its schema does not fit the event.',
  429: 'The receiver, or what is in front of it, limits how much it takes: it is sent again later.',
  500: 'The receiver broke on a genuine event: its log says where.',
  502: 'A proxy in front got no answer from the receiver: is it running?',
  503: 'The receiver cannot take it just now: it closes or is overloaded, or what it needs (a store, a queue) is down. Its log says which.',
  504: 'A proxy in front waited for the receiver in vain: its handler takes too long, or it is not running.',
}

/** The likely cause of a status that a genuine request was answered with; nothing where there are too many. */
export const explainStatus = (status: number, location?: string): string | undefined =>
  status >= 300 && status < 400
    ? `It redirects to ${location === undefined ? 'another address' : excerpt(location)}: a sender does not follow, so register that address itself.`
    : words[status]
