import type { ClockView } from '@ainexlayer/webhooks-contract'
import type { z } from 'zod'
import { Countdown } from './time.tsx'

const moves = [
  ['next', 'To the next attempt'],
  ['hour', '+1 hour'],
  ['day', '+1 day'],
  ['end', 'To the end of all retries'],
] as const

/** The clock: a virtual one can be moved. */
export const ClockPanel = ({ clock }: { readonly clock: z.output<typeof ClockView> }) => (
  <section class="panel" id="clock" aria-labelledby="clock-title">
    <div class="subhead">
      <h2 id="clock-title">Clock</h2>
      <span class="mono">{clock.now}</span>
    </div>
    <p>
      Next attempt: <Countdown at={clock.nextAttemptAt} />
    </p>
    {clock.isVirtual ? (
      <div class="actions">
        {moves.map(([move, words]) => (
          <button
            type="button"
            class="button"
            hx-post="/faults/clock"
            hx-vals={JSON.stringify({ move })}
            hx-target="#notices"
            disabled={clock.nextAttemptAt === null && (move === 'next' || move === 'end')}
          >
            {words}
          </button>
        ))}
      </div>
    ) : (
      <p class="muted">
        This sender runs on the real clock. With <code>clock: virtualClock()</code> days of retries
        can be played in a moment.
      </p>
    )}
  </section>
)
