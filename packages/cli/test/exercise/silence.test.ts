import { expect, test } from 'vitest'
import { oursOnNode } from '../receivers/ours.ts'
import { started } from '../receivers/started.ts'
import { run } from '../running.ts'

/** Our receiver behind something that lets through requests as long as it likes, and then holds them for ever. */
const holding = async (lets: (request: number, body: string) => boolean) => {
  const app = await oursOnNode()
  let requests = 0
  const { url } = await started((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', async () => {
      const body = Buffer.concat(chunks)
      requests += 1
      if (!lets(requests, body.toString())) return
      const headers = new Headers()
      for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'content-type']) {
        const value = request.headers[name]
        if (typeof value === 'string') headers.set(name, Buffer.from(value).toString('latin1'))
      }
      const answer = await fetch(app.url, { method: 'POST', headers, body })
      response.writeHead(answer.status).end(await answer.text())
    })
  })
  return { url, observe: app.observe, requests: () => requests }
}

test('an endpoint that stops answering ends the run soon, with what was judged by then', async () => {
  const app = await holding((request) => request <= 2)
  const checks = ['--only', 'genuine,all-events,delivery,alive', '--timeout', '300']
  const began = performance.now()
  const ran = await run(['exercise', app.url, '--observe', app.observe, ...checks, '--json'])
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(ran.exitCode).toBe(1)
  const lines = ran.json()
  expect(lines[0]).toMatchObject({ name: 'genuine', status: 'passed' })
  expect(lines[1]).toMatchObject({
    name: 'all-events',
    status: 'failed',
    came: 'the endpoint has stopped answering',
  })
  const rest = lines.slice(2, -2)
  expect(rest.length).toBe(8)
  for (const line of rest) {
    expect(line).toMatchObject({ status: 'skipped', came: 'the endpoint has stopped answering' })
  }
  expect(lines.at(-2)).toMatchObject({ name: 'alive', status: 'failed' })
  expect(lines.at(-1)).toMatchObject({ grade: null, reason: 'the endpoint has stopped answering' })
  expect(ran.stderr).toContain('The endpoint has stopped answering')
  expect(app.requests()).toBe(6)
})

test('an endpoint that is silent to one kind of event alone has not stopped', async () => {
  const app = await holding((_request, body) => !body.includes('"user.'))
  const checks = ['--only', 'genuine,all-events,alive', '--timeout', '300']
  const ran = await run(['exercise', app.url, '--observe', app.observe, ...checks, '--json'])
  expect(ran.json().map(({ status }) => status)).toEqual(['passed', 'failed', 'passed', undefined])
  expect(ran.json()[1]?.['came']).toMatch(/user\.\w+: timeout/)
})

test('it is noticed while nothing genuine is sent, too; one that is silent to forgeries has not stopped', async () => {
  const args = ['--only', 'genuine,security,alive', '--timeout', '300', '--json']
  const stopping = await holding((request) => request <= 2)
  const began = performance.now()
  const ran = await run(['exercise', stopping.url, ...args])
  expect(performance.now() - began).toBeLessThan(5000)
  expect(ran.exitCode).toBe(1)
  expect(ran.stderr).toContain('The endpoint has stopped answering')
  expect(stopping.requests()).toBe(6)

  const { url } = await started((request, response) => {
    request.on('error', () => {})
    request.resume()
    if (request.headers['webhook-signature'] !== undefined) response.end()
  })
  const unsigned = ['--only', 'genuine,no-signature,alive', '--timeout', '300', '--json']
  const silent = await run(['exercise', url, ...unsigned])
  expect(silent.json().map(({ status }) => status)).toEqual([
    'passed',
    'preference',
    'passed',
    undefined,
  ])
})

test('an event that is never answered is sent three times, and not for ever', async () => {
  const hanging = new Set<string>()
  let taken = 0
  // The race is lost for each of the first event, and the platform sends it again.
  const app = await holding((_request, body) => {
    const { id } = JSON.parse(body)
    if (hanging.size === 0 && ++taken > 2) hanging.add(id)
    return !hanging.has(id)
  })
  const began = performance.now()
  const args = ['--only', 'genuine,in-flight', '--timeout', '300', '--json']
  const ran = await run(['exercise', app.url, ...args])
  expect(performance.now() - began).toBeLessThan(6000)
  expect(ran.json()[1]).toMatchObject({ name: 'in-flight', status: 'preference' })
  // The genuine one twice, three times ten at once, three more of what is never answered, and one to see whether it is alive.
  expect(app.requests()).toBe(2 + 30 + 3 + 1)
})
