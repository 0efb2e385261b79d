import { rootCertificates } from 'node:tls'

/** The option `ca` of a TLS connection: those that are given, and the system's own. */
export const trusted = (
  ca: readonly string[] | undefined,
): { readonly ca: string[] } | Record<never, never> =>
  ca === undefined ? {} : { ca: [...rootCertificates, ...ca] }
