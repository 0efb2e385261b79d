import { type FullFault, faultOf, type profileHeaders } from '@ainexlayer/webhooks-contract'

/** The names of the signed headers. */
export type SignedHeaders = ReturnType<typeof profileHeaders>

/** A header line, in the order in which it is sent. */
export type HeaderLine = readonly [name: string, value: string]

const bad = `v1,${Buffer.alloc(32, 7).toString('base64')}`

const without = (lines: readonly HeaderLine[], name: string): readonly HeaderLine[] =>
  lines.filter(([key]) => key !== name)

const replaced = (
  lines: readonly HeaderLine[],
  name: string,
  edit: (value: string) => string | readonly string[],
): readonly HeaderLine[] =>
  lines.flatMap(([key, value]): readonly HeaderLine[] =>
    key === name ? [edit(value)].flat().map((text) => [key, text] as const) : [[key, value]],
  )

const spoilSignature = (
  lines: readonly HeaderLine[],
  faults: readonly FullFault[],
  { signature }: SignedHeaders,
): readonly HeaderLine[] => {
  switch (faultOf(faults, 'badSignature')?.how) {
    case 'missing':
      return without(lines, signature)
    case 'truncated':
      return replaced(lines, signature, (value) => value.slice(0, -8))
    case 'hex':
      return replaced(
        lines,
        signature,
        (value) => `v1,${Buffer.from(value.slice(3), 'base64').toString('hex')}`,
      )
    case 'v2Only':
      return replaced(lines, signature, (value) => value.replaceAll('v1,', 'v2,'))
    case 'nonAscii':
      return replaced(lines, signature, (value) => value.replace(/.{4}$/, 'é\u00ff=='))
    case 'empty':
      return replaced(lines, signature, () => '')
    case 'garbage':
      return replaced(lines, signature, () => ',,v1 v1,, =v1,%00')
    default:
      return lines
  }
}

const multiply = (
  lines: readonly HeaderLine[],
  faults: readonly FullFault[],
  { signature }: SignedHeaders,
): readonly HeaderLine[] => {
  switch (faultOf(faults, 'multiSignature')?.how) {
    case 'badThenGood':
      return replaced(lines, signature, (value) => `${bad} ${value}`)
    case 'duplicateHeaderLines':
      return replaced(lines, signature, (value) => [bad, value])
    case 'many':
      return replaced(lines, signature, (value) => `${Array(99).fill(bad).join(' ')} ${value}`)
    default:
      return lines
  }
}

const spoilId = (
  lines: readonly HeaderLine[],
  faults: readonly FullFault[],
  { id }: SignedHeaders,
): readonly HeaderLine[] => {
  if (id === undefined) return lines
  switch (faultOf(faults, 'idTrick')?.how) {
    case 'missing':
      return without(lines, id)
    case 'duplicateLine':
      return replaced(lines, id, (value) => [value, `${value}_other`])
    default:
      return lines
  }
}

const encode = (
  lines: readonly HeaderLine[],
  faults: readonly FullFault[],
): readonly HeaderLine[] => {
  switch (faultOf(faults, 'encoding')?.how) {
    case 'gzip':
      return [...lines, ['content-encoding', 'gzip']]
    case 'wrongContentType':
      return replaced(lines, 'content-type', () => 'text/plain')
    case 'expect100':
      return [...lines, ['expect', '100-continue']]
    default:
      return lines
  }
}

/** Applies the faults that change the headers. */
export const spoilHeaders = (
  lines: readonly HeaderLine[],
  faults: readonly FullFault[],
  signed: SignedHeaders,
): readonly HeaderLine[] => {
  const { timestamp } = signed
  const timed =
    timestamp !== undefined && faultOf(faults, 'timestamp')?.how === 'missing'
      ? without(lines, timestamp)
      : lines
  const spoiled = multiply(spoilSignature(timed, faults, signed), faults, signed)
  return encode(spoilId(spoiled, faults, signed), faults)
}
