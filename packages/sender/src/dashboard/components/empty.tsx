import type { Child } from 'hono/jsx'

/** What stands where there is nothing yet, with what to do about it. */
export const Empty = ({
  title,
  children,
}: {
  readonly title: string
  readonly children?: Child
}) => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    {children === undefined ? null : <p>{children}</p>}
  </div>
)
