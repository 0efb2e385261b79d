const two = (number: number): string => String(number).padStart(2, '0')

/** `10:30:04` in UTC: scripts turn it into how long ago it was. */
export const clockTime = (iso: string): string => {
  const time = new Date(iso)
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`
}

/** A moment in the past. */
export const Ago = ({ at }: { readonly at: string }) => (
  <time datetime={at} data-ago title={at}>
    {clockTime(at)}
  </time>
)

/** A moment to come, which is counted down to. */
export const Countdown = ({ at }: { readonly at: string | null }) =>
  at === null ? (
    <span class="muted">–</span>
  ) : (
    <time datetime={at} data-countdown title={at}>
      {clockTime(at)}
    </time>
  )

/** Milliseconds for people. */
export const duration = (ms: number | null | undefined): string => {
  if (ms === null || ms === undefined) return '–'
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.round(ms / 60_000)} min`
}
