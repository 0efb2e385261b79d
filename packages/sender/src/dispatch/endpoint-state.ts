import { type EndpointLoad, quickMs } from './fair-share.ts'
import { type StartLog, startLog } from './rate-limit.ts'

/** What is remembered of one endpoint while the sender runs. */
export interface EndpointState {
  /** The starts that its rate limit counts. */
  readonly starts: StartLog
  /** Counts an attempt until the returned function is called. */
  begin(): () => void
  load(): EndpointLoad
}

/** Creates the state of an endpoint. Of a new one nothing is known, so it is not quick yet. */
export const endpointState = (monotonicMs: () => number): EndpointState => {
  const began = new Set<{ readonly at: number }>()
  let lastWasQuick = false
  return {
    starts: startLog(),
    begin: () => {
      const attempt = { at: monotonicMs() }
      began.add(attempt)
      return () => {
        began.delete(attempt)
        lastWasQuick = monotonicMs() - attempt.at < quickMs
      }
    },
    load: () => {
      const [oldest] = began
      const hangs = oldest !== undefined && monotonicMs() - oldest.at >= quickMs
      return { underWay: began.size, isQuick: lastWasQuick && !hangs }
    },
  }
}
