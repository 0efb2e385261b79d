import type { Publisher } from './event-stream.ts'

/** What happened in a transaction: nobody hears of it before it is stored. */
export interface HeldBack extends Publisher {
  /** Tells it, in its order. */
  tell(): void
}

/** Holds back what is published to a stream. */
export const heldBack = (stream: Publisher): HeldBack => {
  const held: (() => void)[] = []
  return {
    publish: (name, data) => {
      held.push(() => stream.publish(name, data))
    },
    tell: () => {
      for (const publish of held.splice(0)) publish()
    },
  }
}
