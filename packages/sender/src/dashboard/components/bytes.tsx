import { count } from './numbers.tsx'
import { ScrollBox } from './scroll-box.tsx'

/** Bytes as the API writes them. */
export interface Written {
  readonly text: string | null
  readonly encoding: 'utf8' | 'base64'
}

/** How bytes are shown. */
export type ByteView = 'pretty' | 'raw' | 'hex'

/** The bytes themselves; undefined where they are no longer kept. */
export const bytesOf = ({ text, encoding }: Written): Buffer | undefined =>
  text === null ? undefined : Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8')

/** The most characters of indented JSON: deep nesting makes hundreds of megabytes of little. */
const mostIndented = 2 * 1024 * 1024

/** At most how long JSON is with its lines: each of its values on a line of its own, as deep as it stands. */
const indentedLength = (text: string): number => {
  let [length, depth, isQuoted] = [text.length, 0, false]
  for (let at = 0; at < text.length && length <= mostIndented; at++) {
    const char = text[at]
    if (isQuoted && char === '\\') at += 1
    else if (char === '"') isQuoted = !isQuoted
    else if (!isQuoted && (char === '[' || char === '{')) depth += 1
    else if (!isQuoted && (char === ']' || char === '}')) depth -= 1
    else if (isQuoted || char !== ',') continue
    length += 1 + 2 * depth
  }
  return length
}

/** JSON with its lines; undefined for anything else, and for what would be too long. */
export const prettyJson = (text: string): string | undefined => {
  if (indentedLength(text) > mostIndented) return undefined
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return undefined
  }
}

/** Above this many characters JSON is shown without colours: a page of a hundred thousand parts is slow. */
const mostColoured = 32_768

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** JSON in the colours of its parts. */
export const ColouredJson = ({ text }: { readonly text: string }) => {
  if (text.length > mostColoured) return <>{text}</>
  const parts: (string | { readonly kind: string; readonly text: string })[] = []
  let at = 0
  for (const match of text.matchAll(token)) {
    parts.push(text.slice(at, match.index))
    at = match.index + match[0].length
    const [whole, quoted, colon, word] = match
    const kind =
      quoted === undefined
        ? word === undefined
          ? 'num'
          : 'lit'
        : colon === undefined
          ? 'str'
          : 'key'
    parts.push({ kind, text: colon === undefined ? whole : (quoted ?? '') })
    if (colon !== undefined) parts.push(colon)
  }
  parts.push(text.slice(at))
  return (
    <>
      {parts.map((part) =>
        typeof part === 'string' ? part : <span class={part.kind}>{part.text}</span>,
      )}
    </>
  )
}

/** How many bytes are shown in hexadecimal. */
const mostHex = 16_384

const hexLines = (bytes: Uint8Array): string => {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, mostHex); at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const shown = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'))
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${shown.join('')}`)
  }
  if (bytes.length > mostHex) lines.push(`… ${count(bytes.length - mostHex)} more bytes`)
  return lines.join('\n')
}

const decoded = (bytes: Uint8Array): { readonly text: string; readonly isWhole: boolean } => {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), isWhole: true }
  } catch {
    return { text: new TextDecoder().decode(bytes), isWhole: false }
  }
}

/** A body: pretty, raw or in hexadecimal. */
export const Bytes = ({
  written,
  view,
  label,
}: {
  readonly written: Written
  readonly view: ByteView
  readonly label: string
}) => {
  const bytes = bytesOf(written)
  if (bytes === undefined) return <p class="muted">The bytes are no longer kept.</p>
  if (bytes.length === 0) return <p class="muted">No body.</p>
  const { text, isWhole } = decoded(bytes)
  const pretty = view === 'pretty' && isWhole ? prettyJson(text) : undefined
  return (
    <>
      {isWhole || view === 'hex' ? null : (
        <p class="hint">These bytes are not UTF-8: � stands for what is not. See them in hex.</p>
      )}
      <ScrollBox kind="bytes" label={label}>
        <pre>
          {view === 'hex' ? (
            hexLines(bytes)
          ) : pretty === undefined ? (
            text
          ) : (
            <ColouredJson text={pretty} />
          )}
        </pre>
      </ScrollBox>
    </>
  )
}

/** A list of headers. */
export const Headers = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => (
  <table class="headers">
    <caption class="hidden">Headers</caption>
    <tbody>
      {Object.entries(headers).map(([name, value]) => (
        <tr>
          <th scope="row">{name}</th>
          <td>{value}</td>
        </tr>
      ))}
    </tbody>
  </table>
)
