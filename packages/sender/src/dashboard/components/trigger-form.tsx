import { fieldsOf } from '../json-schema.ts'
import type { EventType, FaultKind, Webhook } from '../shapes.ts'
import { prettyJson } from './bytes.tsx'
import { FaultPicker } from './fault-picker.tsx'
import { SchemaInput } from './schema-fields.tsx'
import { shortUrl } from './webhook-name.tsx'

/** JSON with its lines, or in one where it nests so deep that they would be too long. */
const indented = (value: unknown): string => {
  const text = JSON.stringify(value)
  return prettyJson(text) ?? text
}

/** What the form begins with. */
export interface TriggerFormOptions {
  readonly types: readonly EventType[]
  readonly type: EventType
  readonly data: unknown
  readonly webhooks: readonly Webhook[]
  readonly faults: readonly FaultKind[]
  readonly dev: boolean
}

const valueIn = (data: unknown, name: string): string => {
  if (typeof data !== 'object' || data === null) return ''
  const value: unknown = Reflect.get(data, name)
  return value === undefined || value === null ? '' : String(value)
}

const TypePicker = ({ types, type }: Pick<TriggerFormOptions, 'types' | 'type'>) => (
  <label class="field">
    <span>Event</span>
    <select
      name="type"
      hx-get="/trigger"
      hx-trigger="change"
      hx-target="#trigger"
      hx-select="#trigger"
      hx-swap="outerHTML"
      hx-push-url="true"
    >
      {types.map(({ type: name, description }) => (
        <option value={name} selected={name === type.type}>
          {name} – {description}
        </option>
      ))}
    </select>
  </label>
)

/** Everything around the data: to whom, how often, and what goes wrong on the way. */
const Sending = ({ webhooks, faults, dev }: TriggerFormOptions) => (
  <fieldset class="fields">
    <legend>Sending</legend>
    <label class="field wide">
      <span>To</span>
      <select name="to">
        <option value="">every webhook that subscribes</option>
        {webhooks.map(({ id, url }) => (
          <option value={id}>
            {id} alone, one attempt ({shortUrl(url).slice(0, 40)})
          </option>
        ))}
      </select>
    </label>
    <label class="field">
      <span>How many</span>
      <input type="number" name="count" min="1" max="10000" value="1" />
    </label>
    <label class="field">
      <span>
        A second <small class="muted">empty: at once</small>
      </span>
      <input type="number" name="rate" min="0.1" max="500" step="any" />
    </label>
    <label class="field">
      <span>
        Event id <small class="muted">empty: a new one</small>
      </span>
      <input type="text" name="id" autocomplete="off" maxlength={128} />
    </label>
    <label class="check">
      <input type="checkbox" name="loose" value="yes" />
      <span>Send it even if it does not fit the schema</span>
    </label>
    {dev ? (
      <FaultPicker kinds={faults} optional />
    ) : (
      <p class="muted">Faults need a sender for development.</p>
    )}
  </fieldset>
)

/** The form of an event: fields from its schema, and the JSON of its data beside them. */
export const TriggerForm = (options: TriggerFormOptions) => {
  const { types, type, data } = options
  return (
    <form id="trigger" class="trigger" hx-post="/trigger" hx-target="#result" data-json-form>
      <div class="column">
        <TypePicker types={types} type={type} />
        <fieldset class="fields">
          <legend>Fields</legend>
          {fieldsOf(type.schema).map((field) => (
            <SchemaInput
              field={field}
              prefix="field."
              path={field.name}
              value={valueIn(data, field.name)}
            />
          ))}
        </fieldset>
        <Sending {...options} />
      </div>
      <div class="column">
        <label class="field grow">
          <span>
            Data, as JSON <small class="muted">what is sent; the fields write into it</small>
          </span>
          <textarea name="data" class="mono" rows={22} spellcheck={false} data-json>
            {indented(data)}
          </textarea>
        </label>
        <p class="hint bad" data-json-error hidden />
        <div class="actions">
          <button type="button" class="button" data-example={indented(type.example)} hidden>
            The example
          </button>
          <button type="submit" class="button primary">
            Send
          </button>
        </div>
        <div id="result" />
      </div>
    </form>
  )
}
