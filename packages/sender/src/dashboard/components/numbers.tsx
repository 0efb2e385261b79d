import type { Child } from 'hono/jsx'

/** A share as per cent. */
export const percent = (share: number | null): string => {
  if (share === null) return '–'
  return `${Number((share * 100).toFixed(1))} %`
}

/** A number with its thousands apart. */
export const count = (number: number): string => number.toLocaleString('en-US')

/** Bytes for people. */
export const bytesText = (bytes: number): string =>
  bytes < 10_240 ? `${count(bytes)} bytes` : `${count(Math.round(bytes / 1024))} KiB`

/** A number with its name. */
export const Figure = ({
  name,
  children,
  note,
}: {
  readonly name: string
  readonly children: Child
  readonly note?: string | undefined
}) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd>
      {children}
      {note === undefined ? null : <small>{note}</small>}
    </dd>
  </div>
)
