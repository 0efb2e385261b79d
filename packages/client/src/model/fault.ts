type How<Kind extends string, Ways extends string> = { kind: Kind; how?: Ways | undefined }

/**
 * Trouble on demand, which only a sender for development makes. A `kind` alone is a fault: every parameter has a
 * default.
 */
export type Fault =
  | { kind: 'duplicate'; times?: number | undefined; concurrent?: boolean | undefined }
  | { kind: 'ackLost' }
  | { kind: 'reorder'; window?: number | undefined }
  | { kind: 'replayBurst'; times?: number | undefined; spacingMs?: number | undefined }
  | How<'tamperBody', 'flipByte' | 'append' | 'reserialize' | 'trailingNewline' | 'bom' | 'crlf'>
  | How<
      'badSignature',
      'wrongSecret' | 'missing' | 'truncated' | 'hex' | 'v2Only' | 'nonAscii' | 'empty' | 'garbage'
    >
  | How<'multiSignature', 'badThenGood' | 'duplicateHeaderLines' | 'many'>
  | How<'secretRotation', 'old' | 'new' | 'both' | 'expired'>
  | {
      kind: 'timestamp'
      how?: 'offset' | 'milliseconds' | 'float' | 'text' | 'missing' | undefined
      offsetSeconds?: number | undefined
    }
  | How<'idTrick', 'missing' | 'dot' | 'huge' | 'duplicateLine' | 'sameIdOtherBody'>
  | { kind: 'slowBody'; bytesPerSecond?: number | undefined }
  | { kind: 'slowHeaders'; bytesPerSecond?: number | undefined }
  | { kind: 'truncate'; atByte?: number | undefined }
  | { kind: 'dropConnection'; when?: 'beforeRequest' | 'midHeaders' | 'midBody' | undefined }
  | { kind: 'impatient'; timeoutMs?: number | undefined }
  | How<'encoding', 'gzip' | 'chunked' | 'noLength' | 'wrongContentType' | 'expect100'>
  | How<
      'payload',
      | 'notJson'
      | 'invalidUtf8'
      | 'oversize'
      | 'deepNesting'
      | 'duplicateKeys'
      | 'protoKey'
      | 'bigInt'
    >
  | How<'schema', 'unknownType' | 'missingField' | 'extraField' | 'newEnumValue'>
  | { kind: 'flood'; ratePerSecond?: number | undefined; seconds?: number | undefined }

/** A fault of every delivery to a webhook. `reorder` and `flood` are not possible: they act on events. */
export interface LikelyFault {
  fault: Exclude<Fault, { kind: 'reorder' | 'flood' }>
  /** 0 to 1. Default: 1. */
  probability?: number | undefined
}
