import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { started } from '../receivers/started.ts'
import { run, start } from '../running.ts'

/** Answers with these bytes after the status line, as no HTTP library would write them. */
const answering = async (status: string, headers: string): Promise<string> => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      const head = `HTTP/1.1 ${status}\r\n${headers}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`
      socket.end(Buffer.from(head, 'latin1'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/webhooks`
}

/** Whatever a terminal would act on, but line breaks. */
const control = /(?!\n)\p{Cc}/u

const colours = new RegExp(`${'\u001b'}\\[\\d+m`, 'g')

test.for(['exercise', 'doctor'])(
  'of an address that it redirects to `%s` shows the beginning, with nothing that a terminal acts on',
  async (command) => {
    const url = await answering('302 Found', `location: /\u009b2J\u0090x\u0085${'a'.repeat(7000)}`)
    const only = command === 'exercise' ? ['--only', 'genuine'] : []
    for (const more of [[], ['--json']]) {
      const ran = await run([command, url, ...only, ...more])
      expect(ran.exitCode).toBe(1)
      expect(ran.stdout).toContain('It redirects to /')
      expect(ran.stdout).toContain('009b2J')
      expect(ran.stdout).not.toMatch(control)
      expect(ran.stdout.length).toBeLessThan(6000)
    }
    const colored = await run([command, url, ...only], { terminal: true })
    expect(colored.stdout).toMatch(colours)
    expect(colored.stdout.replace(colours, '')).not.toMatch(control)
  },
)

test('what an event that is caught says it is cannot move the cursor', async () => {
  const listening = start(['listen', '--port', '0', '--count', '1'], { terminal: true })
  await expect.poll(listening.stderr, { timeout: 15_000 }).toContain('Listening on')
  const port = Number(/:(\d+)/.exec(listening.stderr())?.[1])
  const body = JSON.stringify({ type: 'chat\u001b[2J\u009b31m\u202e', id: 'a\rb\u001b[8m' })
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  })
  expect(await listening.ended).toBe(0)
  socket.destroy()
  expect(listening.stdout()).toContain('chat\\u001b[2J\\u009b31m\\u202e')
  expect(listening.stdout()).toContain('a\\u000db\\u001b[8m')
  expect(listening.stdout().replace(colours, '')).not.toMatch(control)
})

test('with --json what an API says is still the same text, in one line of JSON', async () => {
  const { origin } = await started((request, response) => {
    request.resume()
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { code: 'bad', message: 'no\u009b2J\u2028way' } }))
  })
  const env = { AINEXLAYER_API_KEY: 'key-1' }
  const args = ['webhooks', 'list', '--base-url', origin, '--json']
  const ran = await run(args, { env })
  expect(ran.stderr + ran.stdout).not.toMatch(control)
  expect(JSON.stringify(ran.json()[0])).toContain('no\u009b2J\u2028way')
})

test('a curl line keeps the bytes of its body', async () => {
  const ran = await run(['sign', '--body', 'a\r\nb\u0001', '--curl', 'http://127.0.0.1:9/'])
  expect(ran.stdout).toContain('a\r\nb\u0001')
})
