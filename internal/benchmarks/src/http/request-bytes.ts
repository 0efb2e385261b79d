/** A request as bytes, so that sending it costs next to nothing. */
export const requestBytes = (headers: Readonly<Record<string, string>>, body: Buffer): Buffer => {
  const all = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}
