import { expect, test } from 'vitest'
import { CONFIGURATION_ERRORS, DIAGNOSES, ERRORS, STORAGE_PROBLEMS } from '../src/diagnose/index.ts'

const heading = `# Error codes

Codes are stable: a release may add one, but never renames one. A \`code\` says what happened, and the caller sees it. Some codes have a \`reason\`, a finer cause that only
your log and hooks have: [code and reason](production.md#code-and-reason).
`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const requests = `## What a request can be refused with

The caller sees the status and \`{"error":"<code>"}\`, always the same for the same code, and nothing else. Cause and fix go to the log, to hooks and to
\`WebhookVerificationError\`.

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

These are the values of \`reason\` for the codes \`store_unavailable\` and \`queue_unavailable\`, as our stores, parking places and queues report them. In the log, it is one line with
what the database said and how to fix it, once a minute with a count. In hooks, it is \`outcome.reason\`. The caller sees only the code. A store of your own reports it with
\`storeUnavailable('Postgres', error)\` of \`@ainexlayer/webhooks/store\`.

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

These are the codes of \`WebhookConfigurationError\`, which is thrown where the receiver is made or the function is called. A secret that comes from a function is checked when the
function returns it. The request is then answered with the code \`misconfigured\`, and the code below is its \`reason\`.

${table(
  ['code', 'cause'],
  Object.entries(CONFIGURATION_ERRORS).map(([code, cause]) => [`\`${code}\``, cause]),
)}
`

const diagnoses = `## What \`diagnose\` answers

These codes are only for you. With \`createReceiver({ diagnose: true })\` they go to \`onRejected\` and the log. The caller sees only the code of the refusal, such as
\`invalid_signature\`.

${table(
  ['code', 'what happened', 'fix'],
  Object.entries(DIAGNOSES).map(([code, { message, fix }]) => [`\`${code}\``, message, fix]),
)}
`

test('docs/errors.md says what the code says', async () => {
  const page = [heading, requests, storage, configuration, diagnoses].join('\n')
  await expect(page).toMatchFileSnapshot('../../../docs/errors.md')
})
