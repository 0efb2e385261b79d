import { startTimer } from '../async/timer.ts'

/** How operations are sent, alone and together. */
export interface GroupOptions<Operation, Answer> {
  /** Sends one that nothing waits beside. */
  readonly alone: (operation: Operation) => Promise<Answer>
  /** Sends several, no two of one key, as one; resolves with their answers, in their order. */
  readonly together: (operations: readonly Operation[]) => Promise<readonly Answer[]>
  /** What an operation is about: two of one key are never in one group. */
  readonly keyOf: (operation: Operation) => string
  /**
   * The answer to an operation that waits when another one of its key is answered, where it is known from that;
   * undefined where it has to be sent. Without this function each is sent.
   */
  readonly follow?: (first: Operation, answer: Answer, operation: Operation) => Answer | undefined
  /** Whether a group may have failed because of one of its operations: then each of them is sent alone. */
  readonly isOfOne: (error: unknown) => boolean
  /** The most operations that are sent as one; default 100. */
  readonly largest?: number
}

interface Waiting<Operation, Answer> {
  readonly operation: Operation
  readonly resolve: (answer: Answer | Promise<Answer>) => void
  readonly reject: (error: unknown) => void
}

/** So many groups are under way at once: what holds up one of them does not hold up those that come after it. */
const lanes = 2

/** A group that takes longer, in milliseconds, has lost its lane: its connection may never answer. */
const laneMs = 250

/**
 * Group commit, for your own store: while operations are on their way, those that arrive meanwhile wait, and go together
 * as the next group. No timer delays them: an operation that nothing waits beside is sent at once, alone. First come,
 * first served.
 *
 * @returns sends one operation; its errors are its own
 */
export const inGroups = <Operation, Answer>({
  alone,
  together,
  keyOf,
  follow,
  isOfOne,
  largest = 100,
}: GroupOptions<Operation, Answer>): ((operation: Operation) => Promise<Answer>) => {
  type Item = Waiting<Operation, Answer>
  /** By key, in the order of arrival. */
  const waiting = new Map<string, Item[]>()
  const underWay = new Set<{ readonly since: number }>()
  let isWatched = false

  const takeGroup = (): Item[] => {
    const group: Item[] = []
    for (const [key, queue] of waiting) {
      if (group.length === largest) break
      group.push(...queue.splice(0, 1))
      if (queue.length === 0) waiting.delete(key)
    }
    return group
  }

  const answerFollowers = (first: Operation, answer: Answer): void => {
    const key = keyOf(first)
    const queue = follow === undefined ? undefined : waiting.get(key)
    if (queue === undefined) return
    const left = queue.filter(({ operation, resolve }) => {
      const known = follow?.(first, answer, operation)
      if (known !== undefined) resolve(known)
      return known === undefined
    })
    if (left.length === 0) waiting.delete(key)
    else waiting.set(key, left)
  }

  const send = async (group: readonly Item[]): Promise<void> => {
    const [only] = group
    try {
      const answers =
        only !== undefined && group.length === 1
          ? [await alone(only.operation)]
          : await together(group.map(({ operation }) => operation))
      // Otherwise somebody would wait for ever.
      if (answers.length !== group.length) {
        throw new TypeError(`${group.length} operations have ${answers.length} answers.`)
      }
      for (const [index, answer] of answers.entries()) {
        const item = group[index]
        item?.resolve(answer)
        if (item !== undefined) answerFollowers(item.operation, answer)
      }
    } catch (error) {
      for (const { operation, resolve, reject } of group) {
        if (group.length > 1 && isOfOne(error)) resolve(alone(operation))
        else reject(error)
      }
    }
  }

  const lanesTaken = (): number => {
    const earliest = performance.now() - laneMs
    let taken = 0
    for (const { since } of underWay) if (since > earliest) taken++
    return taken
  }

  const sendNext = (): void => {
    while (waiting.size > 0 && lanesTaken() < lanes) {
      const start = { since: performance.now() }
      underWay.add(start)
      void send(takeGroup()).then(() => {
        underWay.delete(start)
        sendNext()
      })
    }
    if (waiting.size > 0) watch()
  }

  /** Frees the lanes of groups that hang for what waits behind them, although nothing else arrives. */
  const watch = (): void => {
    if (isWatched) return
    isWatched = true
    startTimer(laneMs, () => {
      isWatched = false
      sendNext()
    })
  }

  return (operation) =>
    new Promise((resolve, reject) => {
      const key = keyOf(operation)
      const item = { operation, resolve, reject }
      const queue = waiting.get(key)
      if (queue === undefined) waiting.set(key, [item])
      else queue.push(item)
      sendNext()
    })
}
