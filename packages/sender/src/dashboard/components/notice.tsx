import type { Problem } from '@ainexlayer/webhooks-contract'
import type { Child } from 'hono/jsx'

/** A sentence about what was just done. */
export const Notice = ({
  tone,
  children,
}: {
  readonly tone: 'good' | 'bad'
  readonly children: Child
}) => (
  <div class={`notice ${tone}`}>
    <div>{children}</div>
    <button type="button" class="link" data-dismiss aria-label="Dismiss">
      ×
    </button>
  </div>
)

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Why something was refused: in the API's words, with the field that is at fault. */
export const ProblemNotice = ({ problem }: { readonly problem: Problem }) => {
  const field = text(problem.details?.['path']) ?? text(problem.details?.['field'])
  const reason = text(problem.details?.['reason'])
  return (
    <div class="notice bad" data-field={field}>
      <div>
        <strong>{problem.message}</strong>
        {reason === undefined ? null : (
          <>
            {' '}
            {field === undefined || field === '' ? null : <code>{field}</code>}: {reason}
          </>
        )}{' '}
        <small class="muted">{problem.code}</small>
      </div>
      <button type="button" class="link" data-dismiss aria-label="Dismiss">
        ×
      </button>
    </div>
  )
}
