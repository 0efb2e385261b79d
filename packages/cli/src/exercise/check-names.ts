/** The names of all checks, for the help, which loads no check; a test holds it to the checks. */
export const checkNames: readonly string[] = `
  genuine all-events json-spelling unknown-event unknown-field new-value rotation chunked expect-100 large-event
  content-type tampered-value tampered-append tampered-spacing tampered-newline tampered-bom tampered-crlf wrong-secret
  no-signature empty-signature cut-signature garbage-signature other-version stale future no-timestamp timestamp-text
  timestamp-milliseconds no-id doubled-id dotted-id reused-id other-method quiet-answers duplicate retry in-flight
  ack-lost early-answer not-lost burst in-time malformed-signature huge-id not-json invalid-utf8 deep-nesting big-number
  proto-key double-keys missing-field oversized cut-off dropped slow alive
`
  .trim()
  .split(/\s+/)

/** The names of groups: the first word of each. */
export const groupNames: readonly string[] = ['compatibility', 'security', 'delivery', 'robustness']

/** All that `--only` and `--skip` take, in a sentence. */
export const namesOfChecks = `Groups: ${groupNames.join(', ')}. Checks: ${checkNames.join(', ')}.`
