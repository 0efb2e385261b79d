import type { MinuteCount } from '../recent-attempts.ts'

/** The attempts of an hour, minute by minute: what failed stands on what was delivered. */
export const HourChart = ({
  minutes,
  height,
}: {
  readonly minutes: readonly MinuteCount[]
  readonly height: number
}) => {
  const most = Math.max(1, ...minutes.map(({ delivered, failed }) => delivered + failed))
  const delivered = minutes.reduce((sum, minute) => sum + minute.delivered, 0)
  const failed = minutes.reduce((sum, minute) => sum + minute.failed, 0)
  const scale = (n: number): number => (n === 0 ? 0 : Math.max(1, (n / most) * height))
  const width = minutes.length * 4
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Attempts of the last hour: ${delivered} delivered, ${failed} failed`}
    >
      <rect class="base" x="0" y={height - 1} width={width} height="1" />
      {minutes.map((minute, index) => {
        const good = scale(minute.delivered)
        const bad = Math.min(height - good, scale(minute.failed))
        return (
          <>
            {good > 0 ? (
              <rect class="good" x={index * 4} y={height - good} width="3" height={good} />
            ) : null}
            {bad > 0 ? (
              <rect class="bad" x={index * 4} y={height - good - bad} width="3" height={bad} />
            ) : null}
          </>
        )
      })}
    </svg>
  )
}
