import type { PayloadIssue } from '../errors.ts'
import { storable } from './storable.ts'

/** The longest reason that is kept, in characters. */
const longestReason = 1000

/** The message of what was thrown, as every engine and database can keep it. Never throws. */
export const reasonOf = (thrown: unknown): string => {
  try {
    return storable(String(thrown instanceof Error ? thrown.message : thrown), longestReason)
  } catch {
    return 'the handler threw something without a message'
  }
}

/** What does not fit, without the data: `data.content: expected string; …`. */
export const issuesReason = (issues: readonly PayloadIssue[]): string =>
  storable(issues.map(({ path, message }) => `${path}: ${message}`).join('; '), longestReason)
