import { setTimeout as pause } from 'node:timers/promises'
import { isConflict } from './conflict.ts'

/**
 * Whether another process creates the same table or index at this moment: `IF NOT EXISTS` looks for what is committed, and
 * then there are two of one name (unique_violation in the catalog, duplicate_table, duplicate_object).
 */
const isCreatedByAnother = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === '23505' || error.code === '42P07' || error.code === '42710')

/** How often a migration is tried, and the longest pause before the second try in milliseconds; it grows with each. */
const tries = 10
const firstPauseMs = 20

/** Runs a migration that several processes may run at the same time, as in a deploy of several of them. */
export const migrating = async (migrate: () => Promise<unknown>): Promise<void> => {
  for (let tried = 1; ; tried++) {
    try {
      await migrate()
      return
    } catch (error) {
      if (tried === tries || !(isCreatedByAnother(error) || isConflict(error))) throw error
      await pause(Math.random() * firstPauseMs * tried)
    }
  }
}
