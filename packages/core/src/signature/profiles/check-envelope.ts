import { assertMethods, assertOptions, type OptionNames } from '../../check-options.ts'
import { WebhookConfigurationError } from '../../errors.ts'
import type { EnvelopeNames } from './envelope.ts'
import type { Profile } from './profile.ts'

const invalid = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('option_invalid', message, fix)

const isPath = (path: unknown): boolean =>
  typeof path === 'string' ||
  (Array.isArray(path) && path.every((name) => typeof name === 'string'))

const envelopeNames: OptionNames<EnvelopeNames> = {
  type: 1,
  timestamp: 1,
  data: 1,
  id: 1,
  typeHeader: 1,
  typeMap: 1,
  typeOf: 1,
  splitBatch: 1,
  camelCaseData: 1,
}

/**
 * Checks a profile, which may be its user's own, or a function that was not called.
 *
 * @throws WebhookConfigurationError `option_invalid`
 */
export const assertProfile = (profile: Profile): void => {
  assertMethods(
    'profile',
    profile,
    ['extract', 'headers'],
    'Call one of the profiles, such as `profile: standardWebhooks()`, or pass an object of that shape.',
  )
  checkEnvelope(profile.envelope)
}

/**
 * Checks how a profile describes the JSON.
 *
 * @throws WebhookConfigurationError `option_invalid`
 */
export const checkEnvelope = (envelope: EnvelopeNames): void => {
  assertOptions<EnvelopeNames>('envelope', envelope, envelopeNames)
  for (const name of ['type', 'timestamp', 'data', 'id'] as const) {
    if (isPath(envelope[name])) continue
    throw invalid(
      `\`envelope.${name}\` is neither a name nor a path.`,
      "Write the name of a field of the top level, or a path such as `['event', 'type']`.",
    )
  }
  const { typeHeader, typeMap, typeOf, camelCaseData, splitBatch } = envelope
  if (splitBatch !== undefined && !isPath(splitBatch)) {
    throw invalid(
      '`envelope.splitBatch` is neither a name nor a path.',
      "Write the name of the field with the list, such as `'events'`, or `[]` where the body is the list.",
    )
  }
  if (typeHeader !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(typeHeader)) {
    throw invalid(
      '`envelope.typeHeader` is not the name of a header.',
      'Write it as `X-Event-Type`.',
    )
  }
  if (typeMap !== undefined && typeOf !== undefined) {
    throw invalid(
      '`envelope.typeMap` and `envelope.typeOf` are both given.',
      'Leave one of them out: they say the same thing.',
    )
  }
  if (typeMap !== undefined && !Object.values(typeMap).every((type) => typeof type === 'string')) {
    throw invalid('`envelope.typeMap` has a value that is no text.', 'Map each spelling to a type.')
  }
  if (typeOf !== undefined && typeof typeOf !== 'function') {
    throw invalid(
      '`envelope.typeOf` is not a function.',
      'Write `(written) => written.toLowerCase()`.',
    )
  }
  if (camelCaseData !== undefined && typeof camelCaseData !== 'boolean') {
    throw invalid('`envelope.camelCaseData` is neither true nor false.', 'Write `true`.')
  }
}
