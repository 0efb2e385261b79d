/** How many signatures of one request are looked at; the rest of the header is never decoded. */
export const maxSignatures = 16

/** One printable token. A dot would make `id.timestamp.body` ambiguous; a comma is how a repeated header shows. */
const idForm = /^[!-+\-/-~]{1,256}$/

/** Whether a text can be a signed id: 1 to 256 printable ASCII characters without a dot or a comma. */
export const isSignedId = (text: string): boolean => idForm.test(text)

const timestampForm = /^(?:0|[1-9]\d{0,14})$/

/** Reads unix seconds strictly: digits only, no sign, fraction, exponent, space or leading zero. */
export const readTimestamp = (text: string): number | undefined =>
  timestampForm.test(text) ? Number(text) : undefined
