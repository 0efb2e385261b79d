import type { OptionNames } from '../../check-options.ts'
import { WebhookConfigurationError } from '../../errors.ts'
import type { SignatureForm } from '../written-signature.ts'

const encodings: OptionNames<Record<SignatureForm['encoding'], 1>> = {
  hex: 1,
  base64: 1,
  base64url: 1,
}

/**
 * Checks where and how a profile's signature is written: what no header can be named would fail every request.
 *
 * @throws WebhookConfigurationError `option_invalid`
 */
export const assertForm = (maker: string, header: string, encoding: string): void => {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header)) {
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`header\` of \`${maker}\` is no name of a header.`,
      'Pass the name of the header with the signature, such as `X-Signature`.',
    )
  }
  if (!Object.hasOwn(encodings, encoding)) {
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`encoding\` of \`${maker}\` is \`${encoding}\`.`,
      `Use ${Object.keys(encodings).join(', ')}.`,
    )
  }
}
