import { Option } from '@commander-js/extra-typings'
import { more, urlOf, wholeNumber } from '../input/options-text.ts'
import { secretEncodingOf } from '../input/secret-encoding.ts'

/** The options that every command has. */
export const json = () => new Option('--json', 'one JSON object a line on stdout, prose on stderr')
export const quiet = () => new Option('-q, --quiet', 'no notes on stderr')
export const noColor = () => new Option('--no-color', 'no colours (NO_COLOR is obeyed, too)')

/** Where the secret comes from. */
export const secret = () =>
  new Option('--secret <secret>', 'the signing secret; it stays in the history of your shell')
export const secretFile = () => new Option('--secret-file <file>', 'a file with the signing secret')
export const secretEncoding = () =>
  new Option(
    '--secret-encoding <encoding>',
    'how a secret without whsec_ is decoded: base64, base64url, hex, utf8',
  ).argParser(secretEncodingOf)

/** The wire. */
export const profile = () =>
  new Option(
    '--profile <profile>',
    'standard-webhooks, svix, timestamped[:header=…] or hmac-body[:header=…,prefix=…]; with encoding, signed, idHeader and others as core names them',
  ).default('standard-webhooks')

/** The API. */
export const baseUrl = () =>
  new Option(
    '--base-url <url>',
    'the webhook API (AINEXLAYER_BASE_URL; default http://localhost:3001/api/v1)',
  ).argParser(urlOf)
export const apiKey = () =>
  new Option('--api-key <key>', 'the API key (AINEXLAYER_API_KEY; default the one of `dev`)')
export const yes = () => new Option('--yes', 'do not ask')

/** A request in flags. */
export const header = () =>
  new Option(
    '-H, --header <line>',
    'a header of the request, `name: value`; several times',
  ).argParser(more)
export const body = () => new Option('--body <body>', 'the body: a string, @file, or - for stdin')

/** Milliseconds. */
export const timeout = (fallback: number) =>
  new Option('--timeout <ms>', 'milliseconds for one request')
    .default(fallback)
    .argParser(wholeNumber('--timeout', 1, 600_000))
