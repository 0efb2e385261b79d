import type { TransactionalClient } from './transactions.ts'

/** Whether the client sends COMMIT as a named statement, as postgres.js does by default. */
export const preparesItsCommit = (client: TransactionalClient): boolean =>
  'unsafe' in client && client.options?.prepare !== false

/** What to do about one that a pooler lost. */
export const preparedCommit =
  'The server rolled back instead of committing. Behind a pooler that cannot keep prepared statements, postgres.js loses its own COMMIT: create the client with `prepare: false`.'
