import { expect, test } from 'vitest'
import { receive } from '../receiving.ts'
import { startDashboard } from './browser.ts'

const deep = (levels: number, inside: string): string =>
  `${'['.repeat(levels)}${inside}${']'.repeat(levels)}`

test('JSON that nests deep is shown as it came: its lines would be hundreds of megabytes', async () => {
  const { client, link, origin } = await startDashboard()
  const receiver = await receive((response) =>
    response.writeHead(500, { 'content-type': 'application/json' }).end(deep(3500, '1')),
  )
  await client.webhooks.create({ url: receiver.url, events: ['*'], retry: { preset: 'none' } })
  const ones = Array.from({ length: 20_000 }, () => '1').join(',')
  await client.events.emit({
    type: 'chat.message',
    data: { a: JSON.parse(deep(400, ones)) },
    validate: false,
  })
  await expect
    .poll(async () => (await client.deliveries.get('delivery-1')).status, { timeout: 10_000 })
    .toBe('failed')
  const entered = await fetch(link, { redirect: 'manual' })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  for (const path of [
    '/deliveries/delivery-1?part=request&view=pretty',
    '/deliveries/delivery-1?part=response&view=pretty',
    '/deliveries/delivery-1?part=diff',
    '/trigger?event=',
  ]) {
    const id = path.endsWith('=') ? (await client.events.list()).data[0]?.id : ''
    const page = await fetch(`${origin}${path}${id}`, { headers: { cookie } })
    expect(page.status, path).toBe(200)
    expect((await page.text()).length, path).toBeLessThan(500_000)
  }
})
