/**
 * A receiver in a process of its own, for the scenario that kills it. Its runs are kept in a folder, one file
 * for each. `early` answers before it works, `marked` remembers the id before it works, `right` works first, `twice`
 * handles one of ten twice. SIGTERM ends it when its work is done.
 */
import { createHmac } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const [mode, folder, port, secret, workMs, durable] = process.argv.slice(2)
const inMemory = {}
let requests = 0
const marked = (id) => join(folder, `${id}.marked`)
const done = (id) => join(folder, `${id}.done`)
const work = async (id) => {
  await sleep(Number(workMs))
  if (durable === 'durable') appendFileSync(done(id), 'x')
  else writeFileSync(done(id), '')
  inMemory[id] = (inMemory[id] ?? 0) + 1
}
const counts = () =>
  durable === 'durable'
    ? Object.fromEntries(
        readdirSync(folder)
          .filter((name) => name.endsWith('.done'))
          .map((name) => [name.slice(0, -5), 1]),
      )
    : inMemory

const server = createServer(async (request, response) => {
  if (request.url === '/handled') return void response.end(JSON.stringify(counts()))
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const id = request.headers['webhook-id']
  const signature = `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${id}.${request.headers['webhook-timestamp']}.`)
    .update(Buffer.concat(chunks))
    .digest('base64')}`
  if (request.headers['webhook-signature'] !== signature) return void response.writeHead(401).end()
  if (existsSync(mode === 'marked' ? marked(id) : done(id))) return void response.end()
  if (mode === 'marked') writeFileSync(marked(id), '')
  if (mode === 'early') response.end()
  await work(id)
  if (mode === 'twice' && ++requests % 10 === 0) await work(id)
  if (!response.writableEnded) response.end()
})
// As most do who want to end their work first.
process.once('SIGTERM', () => server.close(() => process.exit()))
server.listen(Number(port), '127.0.0.1', () => process.send({ port: server.address().port }))
