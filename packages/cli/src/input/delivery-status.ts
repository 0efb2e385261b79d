import type { DeliveryStatus } from '@ainexlayer/webhooks-client'
import { closest } from 'fastest-levenshtein'
import { usageError } from '../errors/cli-error.ts'
import { moreNames } from './options-text.ts'

const statuses: Readonly<Record<DeliveryStatus, true>> = {
  pending: true,
  sending: true,
  retrying: true,
  delivered: true,
  failed: true,
  cancelled: true,
}

/** Reads `--status`: several times, or with commas. @throws CliError usage */
export const moreStatuses = (text: string, before: readonly string[] = []): readonly string[] => {
  const all = moreNames(text)
  const names = Object.keys(statuses)
  const unknown = all.find((status) => !names.includes(status))
  if (unknown === undefined) return [...before, ...all]
  throw usageError(
    `There is no status ${unknown}.`,
    `Did you mean ${closest(unknown, names)}? There are ${names.join(', ')}.`,
  )
}
