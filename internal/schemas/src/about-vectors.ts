/** What a verifier in another language has to know beside the profiles: the `description` of the vectors. */
export const aboutVectors = [
  'Signed requests for whoever verifies these webhooks in another language. Each is verified at `now` with 300 seconds of tolerance; `expected` is `valid` or the code of the refusal. Header names are compared without regard to case, and an empty header counts as missing.',
  'A signed id is 1 to 256 printable ASCII characters (0x21 to 0x7E) without a dot and without a comma. A timestamp is 1 to 15 digits without a leading zero (`0` alone is one).',
  'Where several codes apply, the first one in this order is expected: `missing_header` for any header of the profile, then `malformed_header` for the id or the timestamp, then `timestamp_too_old` or `timestamp_too_new`, then `invalid_signature`, which is also the code of a signature that is cut short or written otherwise than the profile says.',
].join(' ')
