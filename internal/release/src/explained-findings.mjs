/**
 * Advisories that hold for a package in the lockfile and not for our users: the reason, and until when it was looked
 * at. One that is not listed, or whose time is over, fails `check:audit`.
 *
 * @type {readonly { advisory: string, reason: string, until: string }[]}
 */
export const explainedFindings = []
