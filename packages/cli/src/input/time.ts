import { usageError } from '../errors/cli-error.ts'
import type { World } from '../world/world.ts'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A moment: unix seconds or ISO 8601, as unix milliseconds. */
export const momentOf =
  (option: string) =>
  (text: string): number => {
    const ms = /^\d{1,11}$/.test(text) ? Number(text) * 1000 : Date.parse(text)
    if (Number.isFinite(ms) && !/^\d{12,}$/.test(text)) return ms
    throw usageError(
      `${option} is unix seconds or ISO 8601, not ${text}.`,
      /^\d{12,}$/.test(text) ? 'These are milliseconds: divide them by 1000.' : 'See --help.',
    )
  }

/** A time: ISO 8601, or how long ago, such as `2h` or `30m`. */
export const timeOf = (world: World, option: string, text: string): Date => {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? []
  const ms =
    amount === undefined
      ? Date.parse(text)
      : world.clock.now() - Number(amount) * (units[unit] ?? 0)
  if (Number.isNaN(ms)) throw usageError(`${option} is ISO 8601 or such as 2h, not ${text}.`)
  return new Date(ms)
}
