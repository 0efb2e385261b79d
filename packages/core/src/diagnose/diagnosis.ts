import { SHARED_WORDS } from '../errors.ts'

/** Every answer of `diagnose`, with what happened and how to mend it. Codes are stable; `docs/errors.md` lists them. */
export const DIAGNOSES = {
  ok: {
    message: 'The request verifies.',
    fix: 'Nothing to mend.',
  },
  body_already_parsed: SHARED_WORDS.body_already_parsed,
  body_object_object: {
    message: 'The body is the text `[object Object]`: a parsed object was turned into a text.',
    fix: 'Hand over the bytes that arrived, not `String(req.body)`.',
  },
  missing_header: SHARED_WORDS.missing_header,
  svix_headers: {
    message: 'The request carries `svix-*` headers, and the profile reads `webhook-*`.',
    fix: "Use `standardWebhooks({ headerPrefix: 'svix' })`.",
  },
  webhook_headers: {
    message: 'The request carries `webhook-*` headers, and the profile reads `svix-*`.',
    fix: 'Use `standardWebhooks()` without `headerPrefix`.',
  },
  malformed_header: SHARED_WORDS.malformed_header,
  timestamp_in_milliseconds: {
    message: 'The timestamp is in milliseconds, and seconds are due.',
    fix: 'Sign `Math.floor(Date.now() / 1000)`.',
  },
  clock_behind: {
    message: 'The signature is genuine, but made in the future of this machine.',
    fix: 'Set the clock of this machine (NTP), or that of the sender.',
  },
  clock_ahead: {
    message:
      'The signature is genuine, but older than the tolerance: the request was late, replayed, or this clock is ahead.',
    fix: 'Set the clock of this machine (NTP); to verify a stored delivery, pass the time it arrived as `now`.',
  },
  secret_missing: {
    message: 'The secret is missing or empty.',
    fix: 'Set the environment variable that it is read from.',
  },
  secret_malformed: {
    message:
      'The secret cannot be decoded as it is configured, and no other reading of it matches.',
    fix: 'Copy the secret of this endpoint again.',
  },
  secret_whitespace: {
    message: 'The secret has whitespace around it.',
    fix: 'Remove it where the secret is configured.',
  },
  secret_quotes: {
    message: 'The secret has quotes around it.',
    fix: 'Remove them where the secret is configured.',
  },
  secret_v1_prefix: {
    message: 'The secret has `v1,` in front, and matches without.',
    fix: 'Remove `v1,` where the secret is configured.',
  },
  secret_is_utf8: {
    message: 'The sender used the secret as plain text.',
    fix: "Configure `{ value, encoding: 'utf8' }`.",
  },
  secret_is_base64: {
    message: 'The sender decoded the secret from base64.',
    fix: "Configure `{ value, encoding: 'base64' }`, or put `whsec_` in front.",
  },
  secret_is_base64url: {
    message: 'The sender decoded the secret from the url alphabet of base64 (`-` and `_`).',
    fix: "Configure `{ value, encoding: 'base64url' }`.",
  },
  secret_is_hex: {
    message: 'The sender decoded the secret from hexadecimal.',
    fix: "Configure `{ value, encoding: 'hex' }`.",
  },
  secret_expired: {
    message: 'The signature was made with a secret of the set that is past its notAfter.',
    fix: 'Have the sender use the current secret, or move `notAfter`.',
  },
  secret_not_yet_valid: {
    message: 'The signature was made with a secret of the set that is before its notBefore.',
    fix: 'Move `notBefore`, or have the sender wait.',
  },
  header_renamed: {
    message:
      'The signature is genuine, and stands in a header of another name than the profile reads.',
    fix: 'Use a profile that reads this header, such as `hmacBody({ header })` or `timestamped({ header })`.',
  },
  other_profile: {
    message: 'The request is genuine on another wire than the one that is configured.',
    fix: 'Call `inferProfile` on a captured request, and use the profile that it prints.',
  },
  timestamp_in_iso8601: {
    message: 'The timestamp is written in ISO 8601, and unix seconds are due.',
    fix: 'Write `Math.floor(Date.now() / 1000)` in the header, and sign that.',
  },
  timestamp_has_fraction: {
    message: 'The timestamp has a fraction, and whole unix seconds are due.',
    fix: 'Write `Math.floor(Date.now() / 1000)` in the header, and sign that.',
  },
  mark_missing: {
    message:
      'The mark that the profile asks for in front of the signature is missing, such as `sha256=`.',
    fix: "Use `hmacBody({ prefix: '' })`, or have the sender write the mark or, with `timestamped()`, the name of the field.",
  },
  mark_unexpected: {
    message: 'A mark stands in front of the signature, and the profile asks for none.',
    fix: 'Give `hmacBody` the `prefix` that the sender writes.',
  },
  mark_case: {
    message:
      'The mark in front of the signature is in another letter case than the profile asks for.',
    fix: 'Give `hmacBody` the `prefix`, or `timestamped` the `signatureField`, as the sender spells it; or have the sender change it.',
  },
  mark_differs: {
    message: 'Another mark stands in front of the signature than the profile asks for.',
    fix: 'Give `hmacBody` the `prefix`, or `timestamped` the `signatureField`, that the sender writes; or have the sender change it.',
  },
  time_field_differs: {
    message: 'The field with the timestamp has another name in its header than the profile reads.',
    fix: 'Give `timestamped` the `timestampField` that the sender writes, or have the sender change it.',
  },
  time_field_case: {
    message:
      'The name of the field with the timestamp is in another letter case than the profile reads.',
    fix: 'Give `timestamped` the `timestampField` as the sender spells it, or have the sender change it.',
  },
  field_separator_differs: {
    message:
      'Something else stands between the timestamp and the signature in their header than the profile reads.',
    fix: "Give `timestamped` the `separator` that the sender writes (`','`, `';'` or `' '`), or have the sender change it.",
  },
  signature_is_hex: {
    message: 'The signature is written in hexadecimal, and base64 is due.',
    fix: "Use a profile with `encoding: 'hex'`, or have the sender write base64.",
  },
  signature_is_base64: {
    message: 'The signature is written in base64, and hexadecimal is due.',
    fix: "Use a profile with `encoding: 'base64'`, or have the sender write hexadecimal.",
  },
  signature_is_base64url: {
    message: 'The signature is written in the url alphabet of base64 (`-` and `_`).',
    fix: "Use a profile with `encoding: 'base64url'`, or have the sender write it as the profile asks.",
  },
  signature_unpadded: {
    message: 'The signature is written in base64 without its padding (`=`).',
    fix: "Use a profile with `encoding: 'base64url'` if the sender writes `-` and `_`; otherwise have it write the padding.",
  },
  signature_quoted: {
    message: 'The signature stands in quotes.',
    fix: 'Have the sender write it without them.',
  },
  signature_spaced: {
    message: 'There is a space between the signature and the mark in front of it.',
    fix: 'Have the sender write it without the space.',
  },
  signature_surrounded: {
    message: 'The signature is genuine, but the rest of its header is not as the profile reads it.',
    fix: 'Have the sender write the signature alone, or several as the profile separates them.',
  },
  id_not_signed: {
    message: 'The sender left the id out of what it signed.',
    fix: 'Sign what the profile asks for (`id.timestamp.body` by default), or use a profile that signs no id, such as `timestamped()`.',
  },
  timestamp_not_signed: {
    message: 'The sender left the timestamp out of what it signed.',
    fix: 'Sign what the profile asks for (`id.timestamp.body` by default): without the timestamp a captured request stays valid for ever.',
  },
  signed_in_other_order: {
    message:
      'The sender signed the timestamp in front of the id, and the profile asks for the id first.',
    fix: 'Sign `id.timestamp.body`, or say the order with `signed`.',
  },
  signed_with_other_separator: {
    message:
      'The sender signed the right parts, but put something else between them than the profile asks for.',
    fix: 'Put one dot after each part in front of the body, or what `signed` says.',
  },
  signed_text_differs: {
    message:
      'The sender signed the right parts, but the constant text in front of them is another than `signed` says, or missing.',
    fix: 'Write `signed` as the sender signs, such as `v0:{timestamp}:{body}`, or have the sender sign that.',
  },
  body_alone_signed: {
    message: 'The sender signed the body alone.',
    fix: 'Use the profile `hmacBody()`, or have the sender sign what this profile asks for.',
  },
  body_minified: {
    message: 'The JSON was minified on the way: a spaced form of it was signed.',
    fix: 'Find what parses and writes the JSON again (a body parser, a proxy), and hand over the bytes that arrived.',
  },
  body_pretty_printed: {
    message: 'The JSON was pretty-printed on the way: its minified form was signed.',
    fix: 'Find what parses and writes the JSON again (a body parser, a proxy), and hand over the bytes that arrived.',
  },
  body_newline_added: {
    message: 'A line break was added to the end of the body.',
    fix: 'Hand over the bytes that arrived; look for an editor, `echo` or a template that adds it.',
  },
  body_newline_removed: {
    message: 'The line break at the end of the body was removed.',
    fix: 'Hand over the bytes that arrived; look for a `trim()`.',
  },
  body_whitespace_added: {
    message: 'Whitespace was added around the body.',
    fix: 'Hand over the bytes that arrived.',
  },
  body_whitespace_removed: {
    message: 'Whitespace around the body was removed.',
    fix: 'Hand over the bytes that arrived; look for a `trim()`.',
  },
  body_bom_added: {
    message: 'A byte order mark was put in front of the body.',
    fix: 'Hand over the bytes that arrived; look for a file that was saved with one.',
  },
  body_bom_removed: {
    message: 'The byte order mark of the body was removed, as `Request.text()` does.',
    fix: 'Read the body as bytes, with `arrayBuffer()`.',
  },
  body_crlf: {
    message: 'The line breaks of the body became CRLF.',
    fix: 'Hand over the bytes that arrived; look for a text mode in between.',
  },
  body_lf: {
    message: 'The line breaks of the body were CRLF, and became LF.',
    fix: 'Hand over the bytes that arrived; look for a text mode in between.',
  },
  body_utf8_replaced: {
    message:
      'Bytes that are not UTF-8 were replaced: the body was decoded as text and encoded again.',
    fix: 'Read the body as bytes, not as text.',
  },
  body_latin1: {
    message: 'The body was read as Latin-1 and written as UTF-8.',
    fix: 'Read the body as bytes, not as text.',
  },
  body_gzip: {
    message: 'The body is compressed with gzip, and the signature is over what was compressed.',
    fix: 'Unpack it before it is verified, with a limit on its size; or have the sender sign what it sends.',
  },
  search_cut_short: {
    message: 'Not all known mistakes could be tried within the limits of a diagnosis.',
    fix: 'Call `diagnose` on a captured request of the same sender, with a small body.',
  },
  invalid_signature: {
    message:
      'No known mistake explains it: most likely another secret was used, or the body was changed.',
    fix: 'Compare the last characters of the secret with those that the platform shows for this endpoint.',
  },
} as const satisfies Record<string, { readonly message: string; readonly fix: string }>

/** A stable code for one diagnosis. */
export type DiagnosisCode = keyof typeof DIAGNOSES

/** One check, in the order in which they are made. */
export interface DiagnosisCheck {
  readonly name: 'body' | 'secret' | 'headers' | 'timestamp' | 'signature'
  readonly ok: boolean
  /** What was found. Holds no secret, no signature and nothing of the body. */
  readonly found: string
}

/** What `diagnose` answers. */
export interface Diagnosis {
  /** Whether the request verifies as it is configured. */
  readonly ok: boolean
  readonly code: DiagnosisCode
  /** What happened, in one sentence. */
  readonly message: string
  /** How to mend it, in one sentence. */
  readonly fix: string
  /**
   * Whether this alone explains it: the signature is genuine once this one thing is mended. Otherwise it is the best
   * guess, or one of several things that are wrong.
   */
  readonly certain: boolean
  /** How far the timestamp is from this clock, in seconds; negative is in the past. */
  readonly skewSeconds?: number
  /** The header that is missing or malformed, or that stands for the one which is due. */
  readonly header?: string
  /** What was checked, in order. */
  readonly checks: readonly DiagnosisCheck[]
}
