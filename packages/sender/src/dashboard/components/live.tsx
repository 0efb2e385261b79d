import type { Child } from 'hono/jsx'

/** A part of a page. */
export interface LiveOptions {
  readonly id: string
  /** A page or fragment that holds the part: it is read again. */
  readonly path: string
  /** Whether nothing more will happen to it: it is no longer read again. */
  readonly ended?: boolean
  readonly class?: string
  readonly children: Child
}

/** A reading that never ends would keep all later ones waiting. */
const readLimit = JSON.stringify({ timeout: 10_000 })

/**
 * A part of a page that is read again whenever something happened.
 *
 * Its element stays, and what is in it is replaced: htmx keeps the next reading with the element, so that one which
 * became due while another was under way would go with a replaced one, and the page would stand still before the end.
 */
export const Live = ({ id, path, ended = false, class: name, children }: LiveOptions) => (
  <div
    id={id}
    class={name}
    hx-get={path}
    hx-trigger="live from:body"
    hx-select={`#${id} > *`}
    hx-target="this"
    hx-swap="innerHTML"
    hx-sync="this:queue last"
    hx-request={readLimit}
  >
    {children}
    {ended ? <span data-ended hidden /> : null}
  </div>
)
