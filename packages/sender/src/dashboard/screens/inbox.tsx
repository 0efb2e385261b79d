import { CapturedView } from '@ainexlayer/webhooks-contract'
import { queryOf, Whatever } from '../api-calls.ts'
import { Bytes, type ByteView, bytesOf, Headers } from '../components/bytes.tsx'
import { Copy } from '../components/copy.tsx'
import { Empty } from '../components/empty.tsx'
import { Live } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { bytesText } from '../components/numbers.tsx'
import { Pages } from '../components/pages.tsx'
import { Badge } from '../components/status.tsx'
import { Ago, duration } from '../components/time.tsx'
import type { Screen } from '../context.ts'
import { showPage } from '../page.tsx'
import type { Captured } from '../shapes.ts'

const written = ({ body, bodyEncoding }: Captured) => ({ text: body, encoding: bodyEncoding })

const Verified = ({ verified }: { readonly verified: boolean | null }) =>
  verified === null ? (
    <Badge tone="idle">not checked</Badge>
  ) : verified ? (
    <Badge tone="good">verified</Badge>
  ) : (
    <Badge tone="bad">refused</Badge>
  )

const Forwarded = ({ forwarded }: { readonly forwarded: Captured['forwarded'] }) =>
  forwarded === null ? (
    <span class="muted">not forwarded</span>
  ) : (
    <span>
      {forwarded.statusCode ?? forwarded.error ?? 'no answer'}{' '}
      <span class="muted">{duration(forwarded.durationMs)}</span>
    </span>
  )

/** A captured request as it came over the wire. */
const asHttpDump = (captured: Captured): Uint8Array => {
  const body = bytesOf(written(captured)) ?? Buffer.alloc(0)
  const lines = [
    `${captured.method} ${captured.path} HTTP/1.1`,
    ...Object.entries(captured.headers)
      .filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name))
      .map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
  ]
  const head = `${lines.map((line) => line.replaceAll(/[\r\n]/g, ' ')).join('\r\n')}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'utf8'), body])
}

const Row = ({ captured }: { readonly captured: Captured }) => (
  <tr data-row data-href={`/inbox/${captured.id}`}>
    <td class="status-cell">
      <Verified verified={captured.verified} />
    </td>
    <td class="main-cell">
      <a class="mono" href={`/inbox/${captured.id}`}>
        {captured.method} {captured.path}
      </a>
    </td>
    <td class="muted">{captured.reason ?? ''}</td>
    <td class="num">
      <Forwarded forwarded={captured.forwarded} />
    </td>
    <td class="num muted">{bytesText(bytesOf(written(captured))?.length ?? 0)}</td>
    <td class="num muted">
      <Ago at={captured.receivedAt} />
    </td>
  </tr>
)

const List = ({ items }: { readonly items: readonly Captured[] }) => (
  <table class="list">
    <caption class="hidden">Captured requests, newest first</caption>
    <thead>
      <tr>
        <th scope="col">Signature</th>
        <th scope="col">Request</th>
        <th scope="col">Reason</th>
        <th scope="col" class="num">
          Forwarded
        </th>
        <th scope="col" class="num">
          Body
        </th>
        <th scope="col" class="num">
          Received
        </th>
      </tr>
    </thead>
    <tbody>
      {items.map((captured) => (
        <Row captured={captured} />
      ))}
    </tbody>
  </table>
)

const Views = ({ id, view }: { readonly id: string; readonly view: ByteView }) => (
  <nav class="views" aria-label="How to show the bytes">
    {(['pretty', 'raw', 'hex'] as const).map((one) => (
      <a
        href={`/inbox/${id}${queryOf({ view: one })}`}
        aria-current={one === view ? 'true' : undefined}
      >
        {one}
      </a>
    ))}
  </nav>
)

const Detail = ({ captured, view }: { readonly captured: Captured; readonly view: ByteView }) => (
  <>
    <div class="head">
      <div>
        <p class="crumbs">
          <a href="/inbox">Inbox</a> / <span class="mono">{captured.id}</span>
        </p>
        <h1>
          <span class="mono wrap">
            {captured.method} {captured.path}
          </span>{' '}
          <Verified verified={captured.verified} />
        </h1>
      </div>
      <div class="actions">
        <Copy text={Buffer.from(asHttpDump(captured)).toString('utf8')}>Copy as fixture</Copy>
        <a class="button" href={`/inbox/${captured.id}/request.http`} download>
          Save as fixture
        </a>
      </div>
    </div>
    <section class="panel" aria-label="The request">
      {captured.reason === null ? null : <p class="hint bad">{captured.reason}</p>}
      <p>
        Received <Ago at={captured.receivedAt} />. Forwarded
        {captured.forwarded === null ? '' : ` to ${captured.forwarded.url}`}:{' '}
        <Forwarded forwarded={captured.forwarded} />
      </p>
      <Headers headers={captured.headers} />
      <div class="subhead">
        <h2>Body</h2>
        <Views id={captured.id} view={view} />
      </div>
      <Bytes written={written(captured)} view={view} label="The body of the request" />
    </section>
  </>
)

/** Inbox: what `listen` captured, with what it made of it. */
export const inboxScreen: Screen = (app, context) => {
  const { api, calls } = context

  app.get('/inbox', async (c) => {
    const page = Math.max(1, Number(c.req.query('page')) || 1)
    const found = api.dev
      ? await calls.list(`/dev/inbox${queryOf({ page, limit: 50 })}`, CapturedView)
      : undefined
    const children = (
      <>
        <div class="head">
          <h1>Inbox</h1>
          {found === undefined || found.pagination.total === 0 ? null : (
            <button
              type="button"
              class="button"
              hx-post="/inbox/clear"
              hx-target="#notices"
              hx-confirm="Forget every captured request?"
            >
              Clear
            </button>
          )}
        </div>
        <Live id="inbox" path={`/inbox${queryOf({ page: page === 1 ? undefined : page })}`}>
          {found === undefined ? (
            <Empty title="This sender keeps no inbox">
              Start it for development, with <code>--dev</code> or <code>dev: true</code>.
            </Empty>
          ) : found.pagination.total === 0 ? (
            <Empty title="Nothing was captured yet">
              <code>ainexlayer-webhooks listen</code> hands in what it catches:{' '}
              <code>POST /api/v1/dev/inbox</code>.
            </Empty>
          ) : (
            <>
              <List items={found.data} />
              <Pages pagination={found.pagination} path="/inbox" query="" what="requests" />
            </>
          )}
        </Live>
      </>
    )
    return showPage(c, context, { title: 'Inbox', section: 'inbox', children })
  })

  const read = (id: string) => calls.get(`/dev/inbox/${encodeURIComponent(id)}`, CapturedView)

  app.get('/inbox/:id', async (c) => {
    const captured = await read(c.req.param('id'))
    const given = c.req.query('view')
    const view = given === 'raw' || given === 'hex' ? given : 'pretty'
    const children = <Detail captured={captured} view={view} />
    return showPage(c, context, { title: captured.id, section: 'inbox', children })
  })

  app.get('/inbox/:id/request.http', async (c) => {
    const captured = await read(c.req.param('id'))
    return new Response(new Uint8Array(asHttpDump(captured)), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${captured.id}.http"`,
      },
    })
  })

  app.post('/inbox/clear', async (c) => {
    await calls.send('DELETE', '/dev/inbox', undefined, Whatever)
    c.header('hx-redirect', '/inbox')
    return c.html(<Notice tone="good">Forgotten.</Notice>)
  })
}
