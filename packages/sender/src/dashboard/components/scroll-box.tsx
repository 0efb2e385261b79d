import type { Child } from 'hono/jsx'

/** Something that may be larger than its place: the keyboard can scroll it, so it has a name. */
export const ScrollBox = ({
  label,
  kind = 'scroll',
  children,
}: {
  readonly label: string
  readonly kind?: 'scroll' | 'bytes' | 'bytes diff'
  readonly children: Child
}) => (
  <section class={kind} tabindex={0} aria-label={label}>
    {children}
  </section>
)
