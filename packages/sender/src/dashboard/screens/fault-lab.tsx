import {
  ClockView,
  FaultKindView,
  invalidInput,
  Problem,
  ScenarioRunView,
} from '@ainexlayer/webhooks-contract'
import { z } from 'zod'
import { queryOf, Whatever } from '../api-calls.ts'
import { ClockPanel } from '../components/clock-panel.tsx'
import { Empty } from '../components/empty.tsx'
import { FaultFields } from '../components/fault-picker.tsx'
import { Live } from '../components/live.tsx'
import { Notice } from '../components/notice.tsx'
import { ScenarioForm } from '../components/scenario-form.tsx'
import { markdownReport, VerdictTable } from '../components/verdict-table.tsx'
import { WebhookFaults } from '../components/webhook-faults.tsx'
import type { Screen } from '../context.ts'
import { faultOfForm } from '../fault-form.ts'
import { formFields } from '../form-fields.ts'
import { showPage } from '../page.tsx'
import { webhooksById } from '../reading.ts'

const ShownFaults = z.object({
  faults: z.array(z.object({ fault: z.record(z.string(), z.unknown()), probability: z.number() })),
})

const Scenarios = z.array(
  z.object({ name: z.string(), description: z.string(), needs: z.array(z.string()) }),
)

const hourMs = 3_600_000

/** How often the clock is moved to the next attempt before it is enough. */
const mostMoves = 1000

/** Fault lab: what goes wrong on the way, what a receiver makes of it, and the time in which it happens. */
export const faultLabScreen: Screen = (app, context) => {
  const { api, calls, seed } = context
  const kindsOf = () => calls.get('/dev/fault-kinds', z.array(FaultKindView))
  const faultsOf = async (id: string) =>
    (await calls.get(`/dev/faults${queryOf({ webhookId: id })}`, ShownFaults)).faults
  const setFaults = (webhookId: string, faults: readonly unknown[]) =>
    calls.send('PUT', '/dev/faults', { webhookId, faults }, Whatever)
  const back = (webhookId: string): string => `/faults${queryOf({ webhook: webhookId })}`

  app.get('/faults', async (c) => {
    if (!api.dev) {
      const children = (
        <>
          <h1>Fault lab</h1>
          <Empty title="This sender takes no faults">
            Start it for development, with <code>--dev</code> or <code>dev: true</code>.
          </Empty>
        </>
      )
      return showPage(c, context, { title: 'Fault lab', section: 'faults', children })
    }
    const webhooks = [...(await webhooksById(calls)).values()]
    const webhook = webhooks.find(({ id }) => id === c.req.query('webhook')) ?? webhooks[0]
    const [clock, runs, scenarios] = await Promise.all([
      calls.get('/dev/clock', ClockView),
      calls.get('/dev/runs', z.array(ScenarioRunView)),
      calls.get('/dev/scenarios', Scenarios),
    ])
    const children = (
      <>
        <div class="head">
          <h1>Fault lab</h1>
        </div>
        {webhook === undefined ? (
          <Empty title="No webhooks yet">
            <a href="/webhooks/new">Create one</a>: faults happen on the way to it.
          </Empty>
        ) : (
          <div class="columns">
            <WebhookFaults
              webhooks={webhooks}
              webhook={webhook}
              faults={await faultsOf(webhook.id)}
              kinds={await kindsOf()}
              seed={seed}
            />
            <ScenarioForm webhooks={webhooks} webhook={webhook} scenarios={scenarios} />
          </div>
        )}
        <Live id="runs" path="/faults">
          {runs.length === 0 ? null : <h2>Runs</h2>}
          {runs.map((run) => (
            <VerdictTable run={run} />
          ))}
          <ClockPanel clock={clock} />
        </Live>
      </>
    )
    return showPage(c, context, { title: 'Fault lab', section: 'faults', children })
  })

  app.get('/faults/fields', async (c) => {
    const name = c.req.query('fault')
    const kind = (await kindsOf()).find((one) => one.kind === name)
    return c.html(<FaultFields kind={kind} />)
  })

  app.post('/faults/of/:id/add', async (c) => {
    const id = c.req.param('id')
    const form = await formFields(c)
    const fault = faultOfForm(form, await kindsOf())
    if (fault === undefined) throw invalidInput('fault', 'choose one')
    const probability = form.number('probability') ?? 1
    await setFaults(id, [...(await faultsOf(id)), { fault, probability }])
    c.header('hx-redirect', back(id))
    return c.html(<Notice tone="good">The fault is on.</Notice>)
  })

  app.post('/faults/of/:id/remove', async (c) => {
    const id = c.req.param('id')
    const index = (await formFields(c)).number('index')
    await setFaults(
      id,
      (await faultsOf(id)).filter((_, at) => at !== index),
    )
    c.header('hx-redirect', back(id))
    return c.html(<Notice tone="good">The fault is off.</Notice>)
  })

  app.post('/faults/of/:id/off', async (c) => {
    const id = c.req.param('id')
    await setFaults(id, [])
    c.header('hx-redirect', back(id))
    return c.html(<Notice tone="good">All faults are off.</Notice>)
  })

  app.post('/faults/scenarios', async (c) => {
    const form = await formFields(c)
    const [observe, observeState] = [form.text('observe'), form.text('observeState')]
    const run = await calls.send(
      'POST',
      `/dev/scenarios/${encodeURIComponent(form.text('name'))}`,
      {
        webhookId: form.text('webhookId'),
        ...(observe !== '' && { observe }),
        ...(observeState !== '' && { observeState }),
      },
      ScenarioRunView,
    )
    c.header('hx-trigger', 'live')
    return c.html(
      <Notice tone="good">
        {run.name} runs as {run.id}.
      </Notice>,
    )
  })

  app.get('/faults/runs/:id/:file{report\\.(md|json)}', async (c) => {
    const { id, file } = c.req.param()
    const run = await calls.get(`/dev/runs/${encodeURIComponent(id)}`, ScenarioRunView)
    const isJson = file === 'report.json'
    return new Response(isJson ? JSON.stringify(run, undefined, 2) : markdownReport(run), {
      headers: {
        'content-type': isJson ? 'application/json' : 'text/markdown; charset=utf-8',
        'content-disposition': `attachment; filename="${run.name}-${run.id}.${isJson ? 'json' : 'md'}"`,
      },
    })
  })

  const move = (body: object) => calls.send('POST', '/dev/clock', body, ClockView)

  app.post('/faults/clock', async (c) => {
    const how = (await formFields(c)).text('move')
    if (how === 'next') await move({ toNextAttempt: true })
    else if (how === 'hour') await move({ advanceMs: hourMs })
    else if (how === 'day') await move({ advanceMs: 24 * hourMs })
    else if (how === 'end') {
      let moves = 0
      let { nextAttemptAt } = await calls.get('/dev/clock', ClockView)
      while (nextAttemptAt !== null) {
        moves += 1
        if (moves > mostMoves)
          throw new Problem('LIMIT_REACHED', 'The retries do not end: too many events.')
        nextAttemptAt = (await move({ toNextAttempt: true })).nextAttemptAt
      }
    } else throw invalidInput('move', 'unknown')
    const { now } = await calls.get('/dev/clock', ClockView)
    c.header('hx-trigger', 'live')
    return c.html(<Notice tone="good">It is {now} now.</Notice>)
  })
}
