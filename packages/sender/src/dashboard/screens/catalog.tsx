import { EventTypeView, notFound } from '@ainexlayer/webhooks-contract'
import { z } from 'zod'
import { queryOf } from '../api-calls.ts'
import { ColouredJson } from '../components/bytes.tsx'
import { Copy } from '../components/copy.tsx'
import { ScrollBox } from '../components/scroll-box.tsx'
import type { Screen } from '../context.ts'
import { type DeclaredField, eventDeclarations } from '../event-declarations.ts'
import { showPage } from '../page.tsx'
import type { EventType } from '../shapes.ts'

const originWords: Readonly<
  Record<DeclaredField['origin'], readonly [tone: string, text: string]>
> = {
  published: ['published', 'published'],
  'word published': ['word', 'word published, place proposed'],
  proposed: ['proposed', 'proposed by this project'],
}

const Origin = ({ origin }: { readonly origin: DeclaredField['origin'] }) => {
  const [tone, text] = originWords[origin]
  return <span class={`origin ${tone}`}>{text}</span>
}

const Fields = ({ fields }: { readonly fields: readonly DeclaredField[] }) => (
  <ScrollBox label="The fields">
    <table class="plain-table">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Type</th>
          <th scope="col">Origin</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, type, origin, about }) => (
          <tr>
            <th scope="row" class="mono">
              {name}
            </th>
            <td class="mono">{type}</td>
            <td>
              <Origin origin={origin} />
            </td>
            <td>{about}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </ScrollBox>
)

const Source = ({
  title,
  text,
  isJson,
}: {
  readonly title: string
  readonly text: string
  readonly isJson: boolean
}) => (
  <section class="panel" aria-label={title}>
    <div class="subhead">
      <h2>{title}</h2>
      <Copy text={text}>Copy</Copy>
    </div>
    <ScrollBox kind="bytes" label={`${title}, the text`}>
      <pre>{isJson ? <ColouredJson text={text} /> : text}</pre>
    </ScrollBox>
  </section>
)

const Group = ({
  name,
  types,
}: {
  readonly name: string
  readonly types: readonly EventType[]
}) => (
  <section class="panel" aria-labelledby={`group-${name}`}>
    <h2 id={`group-${name}`}>{name}</h2>
    <ul class="plain catalog">
      {types.map(({ type, description }) => (
        <li data-row data-href={`/catalog/${type}`}>
          <a class="mono" href={`/catalog/${type}`}>
            {type}
          </a>
          <span class="muted">{description}</span>
        </li>
      ))}
    </ul>
  </section>
)

/** Catalog: the 19 events, with what is published of them and what this project proposes. */
export const catalogScreen: Screen = (app, context) => {
  const read = () => context.calls.get('/event-types', z.array(EventTypeView))

  app.get('/catalog', async (c) => {
    const types = await read()
    const groups = [...new Set(types.map(({ type }) => type.slice(0, type.indexOf('.'))))]
    const children = (
      <>
        <div class="head">
          <h1>Catalog</h1>
        </div>
        <p class="muted">
          The platform publishes the names of the 19 events, and not their payloads: at each field
          stands where it comes from.
        </p>
        <div class="columns">
          {groups.map((group) => (
            <Group name={group} types={types.filter(({ type }) => type.startsWith(`${group}.`))} />
          ))}
        </div>
      </>
    )
    return showPage(c, context, { title: 'Catalog', section: 'catalog', children })
  })

  app.get('/catalog/:type', async (c) => {
    const name = c.req.param('type')
    const found = (await read()).find(({ type }) => type === name)
    if (found === undefined) throw notFound('event', name)
    const declared = eventDeclarations()[name]
    const children = (
      <>
        <div class="head">
          <div>
            <p class="crumbs">
              <a href="/catalog">Catalog</a> / <span class="mono">{name}</span>
            </p>
            <h1 class="mono">{name}</h1>
            <p class="muted">{found.description}</p>
          </div>
          <a class="button primary" href={`/trigger${queryOf({ type: name })}`}>
            Send it
          </a>
        </div>
        {declared === undefined ? null : (
          <section class="panel" aria-label="Fields">
            <h2>data</h2>
            <Fields fields={declared.fields} />
          </section>
        )}
        <div class="columns">
          <Source title="Example" text={JSON.stringify(found.example, undefined, 2)} isJson />
          {declared === undefined ? null : (
            <Source title="TypeScript" text={declared.source} isJson={false} />
          )}
          <Source title="JSON Schema" text={JSON.stringify(found.schema, undefined, 2)} isJson />
        </div>
      </>
    )
    return showPage(c, context, { title: name, section: 'catalog', children })
  })
}
