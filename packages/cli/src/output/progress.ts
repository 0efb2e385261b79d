import { Presets, SingleBar } from 'cli-progress'
import type { World } from '../world/world.ts'
import type { Output } from './output.ts'

/** How far a long command is. */
export interface Progress {
  step(what: string): void
  stop(): void
}

/** A bar on a terminal, nothing in a file or pipe or with `--json`. */
export const progressBar = (world: World, out: Output, total: number): Progress => {
  if (world.stderr.isTTY !== true || out.isJson) return { step: () => {}, stop: () => {} }
  const bar = new SingleBar(
    {
      stream: world.stderr,
      format: '{bar} {value}/{total} {what}',
      barsize: 24,
      clearOnComplete: true,
      hideCursor: true,
      emptyOnZero: true,
    },
    Presets.shades_grey,
  )
  bar.start(total, 0, { what: '' })
  return {
    step: (what) => bar.increment(1, { what }),
    stop: () => bar.stop(),
  }
}
