import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createSender } from '../../src/index.ts'
import { openPage, startDashboard } from './browser.ts'

const screens = [
  '/',
  '/deliveries',
  '/deliveries/delivery-1',
  '/trigger',
  '/faults',
  '/inbox',
  '/webhooks',
  '/webhooks/webhook-1',
  '/catalog',
  '/live',
]

interface Asked {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** `fetch` would not let a test name another host. */
const ask = async (
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Asked> => {
  const sent = request(url, { method, headers })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  let text = ''
  // A stream has no end.
  if (answer.headers['content-type'] === 'text/event-stream') answer.destroy()
  else for await (const chunk of answer) text += chunk
  return { status: answer.statusCode, headers: answer.headers, text }
}

const enter = async (link: string): Promise<{ cookie: string; action: string }> => {
  const { headers } = await ask(link)
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const { text } = await ask(new URL('/', link).href, { headers: { cookie } })
  return { cookie, action: /x-ainexlayer-dashboard&quot;:&quot;([^&]+)/.exec(text)?.[1] ?? '' }
}

describe('the door of the dashboard', () => {
  test('leads nowhere else, whatever stands in the path', async () => {
    const { link, origin } = await startDashboard()
    const { search } = new URL(link)
    const entered = await ask(`${origin}//evil.example/${search}`)
    expect(entered.status).toBe(303)
    expect(entered.headers.location).toBe('/evil.example/')
  })

  test('opens with the link, which becomes a cookie that scripts and other sites cannot use', async () => {
    const { link } = await startDashboard()

    const entered = await ask(`${link}`)

    expect(entered.status).toBe(303)
    expect(entered.headers.location).toBe('/')
    expect(entered.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict$/)
    expect(entered.headers['set-cookie']?.[0]).not.toContain(new URL(link).searchParams.get('t'))
  })

  test('keeps what else the link says', async () => {
    const { link } = await startDashboard()
    const deep = new URL(link)
    deep.pathname = '/deliveries'
    deep.searchParams.set('status', 'failed')

    expect((await ask(deep.href)).headers.location).toBe('/deliveries?status=failed')
  })

  test.for(screens)('is closed without the cookie: %s', async (path) => {
    const { client, origin } = await startDashboard()
    await client.webhooks.create({ url: 'http://127.0.0.1:9/secret-path', events: ['*'] })

    for (const address of [path, `${path}?t=wrong`, `${path}?t=`]) {
      const answer = await ask(`${origin}${address}`)
      expect(answer.status).toBe(401)
      expect(answer.text).not.toContain('secret-path')
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
  })

  test('does not open with the cookie of another run', async () => {
    const first = await startDashboard()
    const { cookie } = await enter(first.link)
    const second = await startDashboard()
    const renamed = cookie.replace(/_\d+=/, `_${new URL(second.origin).port}=`)

    expect((await ask(second.origin, { headers: { cookie: renamed } })).status).toBe(401)
  })

  test('is not there without the option, and not on other hosts than loopback', async () => {
    const { url } = await startDashboard({ dashboard: false })
    expect((await ask(new URL('/', url).href)).status).toBe(404)

    const sender = createSender({ apiKey: 'test', dashboard: true })
    onTestFinished(() => sender.close())
    const everywhere = await sender.start({ host: '0.0.0.0' })
    expect(everywhere.dashboard).toBeUndefined()
    expect((await ask(`http://127.0.0.1:${everywhere.port}/`)).status).toBe(404)
  })

  test('refuses every name but that of this machine, for the dashboard and for the API', async () => {
    const { link, origin } = await startDashboard()
    const { cookie } = await enter(link)
    const port = new URL(origin).port

    for (const path of [...screens, '/api/v1/webhooks', '/api/v1/healthz', '/assets/x/app.css']) {
      const headers = { host: `evil.example:${port}`, cookie, authorization: 'Bearer test-key' }
      expect((await ask(`${origin}${path}`, { headers })).status, path).toBe(403)
    }
    expect((await ask(origin, { headers: { host: `localhost:${port}`, cookie } })).status).toBe(200)
  })

  test('sends every page with a policy that allows nothing inline and nothing from elsewhere', async () => {
    const { link, origin } = await startDashboard()
    const { cookie } = await enter(link)

    for (const path of ['/', '/nothing', '/deliveries']) {
      const { headers } = await ask(`${origin}${path}`, { headers: { cookie } })
      const policy = headers['content-security-policy']
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cache-control']).toBe('no-store')
    }
  })
})

describe('a page of another origin', () => {
  const posts = [
    ['/webhooks', 'url=http://127.0.0.1:9/&events=*&wire=standard-webhooks'],
    ['/trigger', 'type=user.deleted&data={"id":"1"}'],
    ['/inbox/clear', ''],
    ['/faults/of/webhook-1/off', ''],
  ] as const

  test.for(posts)(
    'cannot act on %s: not without the header, not with it from elsewhere',
    async ([path, body]) => {
      const { client, link, origin } = await startDashboard()
      const { cookie, action } = await enter(link)
      const form = { cookie, 'content-type': 'application/x-www-form-urlencoded' }
      const own = { ...form, 'x-ainexlayer-dashboard': action }

      for (const headers of [
        form,
        { ...form, 'x-ainexlayer-dashboard': 'wrong' },
        { ...own, origin: 'http://localhost:3000' },
        { ...own, 'sec-fetch-site': 'cross-site' },
        { ...own, 'sec-fetch-site': 'same-site' },
      ]) {
        expect((await ask(`${origin}${path}`, { method: 'POST', headers, body })).status).toBe(403)
      }
      expect((await client.webhooks.list()).data).toHaveLength(0)
      const answer = await ask(`${origin}${path}`, { method: 'POST', headers: own, body })
      expect(answer.status, 'the dashboard itself may').not.toBe(403)
    },
  )

  test('is told nothing by a preflight', async () => {
    const { origin } = await startDashboard()
    const headers = {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-ainexlayer-dashboard,authorization',
    }
    for (const path of ['/', '/webhooks', '/api/v1/webhooks']) {
      const answer = await ask(`${origin}${path}`, { method: 'OPTIONS', headers })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(
        Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
      ).toEqual([])
    }
  })

  test('neither reads nor acts in a real browser, not even from another port of this machine', async (context) => {
    const { client, link, origin, errors } = await startDashboard()
    await client.webhooks.create({ url: 'http://127.0.0.1:9/', events: ['*'] })
    const evil = createServer((_, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>evil</title>')
    }).listen(0, '127.0.0.1')
    await once(evil, 'listening')
    onTestFinished(() => void evil.close())
    const { page } = await openPage(context, link)
    await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)

    const seen = await page.evaluate(async (target) => {
      const attempt = async (run: () => Promise<Response>) => {
        try {
          const answer = await run()
          return answer.type === 'opaque' ? 'opaque' : `read ${(await answer.text()).length}`
        } catch {
          return 'refused'
        }
      }
      const body = new URLSearchParams({ grace: '0' })
      const frame = document.createElement('iframe')
      frame.src = `${target}/`
      document.body.append(frame)
      await new Promise((resolve) => frame.addEventListener('load', resolve))
      return {
        read: await attempt(() => fetch(`${target}/`, { credentials: 'include' })),
        blind: await attempt(() =>
          fetch(`${target}/`, { credentials: 'include', mode: 'no-cors' }),
        ),
        post: await attempt(() =>
          fetch(`${target}/webhooks/webhook-1/delete`, {
            method: 'POST',
            body,
            credentials: 'include',
            mode: 'no-cors',
          }),
        ),
        custom: await attempt(() =>
          fetch(`${target}/webhooks/webhook-1/delete`, {
            method: 'POST',
            credentials: 'include',
            headers: { 'x-ainexlayer-dashboard': 'x' },
          }),
        ),
        frame: frame.contentDocument === null ? 'closed' : 'open',
      }
    }, origin)

    expect(seen).toEqual({
      read: 'refused',
      blind: 'refused',
      post: expect.stringMatching(/refused|opaque/),
      custom: 'refused',
      frame: 'closed',
    })
    expect((await client.webhooks.list()).data).toHaveLength(1)
    // The frame, which the policy stopped.
    expect(errors.map(String)).toEqual([expect.stringContaining('content policy')])
  })
})
