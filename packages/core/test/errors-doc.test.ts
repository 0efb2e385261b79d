import { expect, test } from 'vitest'
import { CONFIGURATION_ERRORS, DIAGNOSES, ERRORS, STORAGE_PROBLEMS } from '../src/diagnose/index.ts'

const heading = `# Error codes

Codes are stable: a release may add one, never rename one. This page is made from the tables in
\`packages/core/src/errors.ts\`, \`idempotency/storage-errors.ts\` and \`diagnose/diagnosis.ts\`; a test keeps them equal
(\`npx pnpm@12 exec vitest run --project core -u\` writes it anew).
`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const requests = `## What a request can be refused with

The caller sees the status and \`{"error":"<code>"}\`, the same for the same code, and nothing else. Cause and fix go to the
log, to hooks and to \`WebhookVerificationError\`.

${table(
  ['code', 'cause', 'fix', 'the caller sees'],
  Object.entries(ERRORS).map(([code, { message, fix, status }]) => [
    `\`${code}\``,
    message,
    fix,
    `${status} \`{"error":"${code}"}\``,
  ]),
)}
`

const storage = `## What is wrong with a store or a queue

The \`reason\` of \`store_unavailable\` and \`queue_unavailable\`, as our stores, parking places and queues tell it: in the log,
in one line with what the database said and how to mend it, once a minute with a count; in hooks, \`outcome.reason\`. The
caller sees the code alone. Your own store tells it with \`storeUnavailable('Postgres', error)\` of \`@ainexlayer/webhooks/store\`.

${table(
  ['reason', 'what happened', 'fix'],
  Object.entries(STORAGE_PROBLEMS).map(([reason, { message, fix }]) => [
    `\`${reason}\``,
    message,
    fix,
  ]),
)}
`

const configuration = `## What a mistake in the configuration throws

\`WebhookConfigurationError\`, where the receiver is made or the function is called. A secret that a function answers with is
checked when it answers: the request is then \`misconfigured\`.

${table(
  ['code', 'cause'],
  Object.entries(CONFIGURATION_ERRORS).map(([code, cause]) => [`\`${code}\``, cause]),
)}
`

const diagnoses = `## What \`diagnose\` answers

For you alone: with \`createReceiver({ diagnose: true })\` it goes to \`onRejected\` and the log. The caller sees only the code
of the refusal.

${table(
  ['code', 'what happened', 'fix'],
  Object.entries(DIAGNOSES).map(([code, { message, fix }]) => [`\`${code}\``, message, fix]),
)}
`

test('docs/errors.md says what the code says', async () => {
  const page = [heading, requests, storage, configuration, diagnoses].join('\n')
  await expect(page).toMatchFileSnapshot('../../../docs/errors.md')
})
