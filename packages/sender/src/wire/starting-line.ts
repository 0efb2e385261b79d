/** Holds several requests back before their last byte, so that they are complete at the same moment. */
export interface StartingLine {
  /** Says that one request is there; resolves when all are. */
  ready(): Promise<void>
}

/** How long the first one waits for the others, in milliseconds. */
const longestWaitMs = 1000

/** What the receiver gets to read everything but the last bytes, in milliseconds. */
const readMs = 50

/** A starting line for `count` requests. One that never arrives holds the others up for a second at most. */
export const startingLine = (count: number): StartingLine => {
  let missing = count
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    ready: () => {
      missing -= 1
      if (missing === count - 1) setTimeout(open, longestWaitMs)
      // A receiver may take one connection after another: it gets time to read what is there.
      if (missing <= 0) setTimeout(open, readMs)
      return opened
    },
  }
}
