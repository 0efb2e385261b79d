import * as z from 'zod'
import { limits } from './limits.ts'

const positive = z.number().positive()
const count = z.number().int().min(1)

/** The parameters of each fault. Every one has a default, so that a `kind` alone is a fault. */
export const faultSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('duplicate'),
      times: count.max(100).default(1),
      concurrent: z.boolean().default(false),
    })
    .strict(),
  z.object({ kind: z.literal('ackLost') }).strict(),
  z.object({ kind: z.literal('reorder'), window: count.max(1000).default(5) }).strict(),
  z
    .object({
      kind: z.literal('replayBurst'),
      times: count.max(1000).default(5),
      spacingMs: z.number().min(0).default(0),
    })
    .strict(),
  z
    .object({
      kind: z.literal('tamperBody'),
      how: z
        .enum(['flipByte', 'append', 'reserialize', 'trailingNewline', 'bom', 'crlf'])
        .default('flipByte'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('badSignature'),
      how: z
        .enum([
          'wrongSecret',
          'missing',
          'truncated',
          'hex',
          'v2Only',
          'nonAscii',
          'empty',
          'garbage',
        ])
        .default('wrongSecret'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('multiSignature'),
      how: z.enum(['badThenGood', 'duplicateHeaderLines', 'many']).default('badThenGood'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('secretRotation'),
      how: z.enum(['old', 'new', 'both', 'expired']).default('both'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('timestamp'),
      how: z.enum(['offset', 'milliseconds', 'float', 'text', 'missing']).default('offset'),
      offsetSeconds: z
        .number()
        .int()
        .refine((seconds) => seconds !== 0, 'changes nothing')
        .default(-600),
    })
    .strict(),
  z
    .object({
      kind: z.literal('idTrick'),
      how: z
        .enum(['missing', 'dot', 'huge', 'duplicateLine', 'sameIdOtherBody'])
        .default('missing'),
    })
    .strict(),
  z.object({ kind: z.literal('slowBody'), bytesPerSecond: positive.default(64) }).strict(),
  z.object({ kind: z.literal('slowHeaders'), bytesPerSecond: positive.default(64) }).strict(),
  z.object({ kind: z.literal('truncate'), atByte: z.number().int().min(0).default(50) }).strict(),
  z
    .object({
      kind: z.literal('dropConnection'),
      when: z.enum(['beforeRequest', 'midHeaders', 'midBody']).default('midBody'),
    })
    .strict(),
  z.object({ kind: z.literal('impatient'), timeoutMs: positive.default(100) }).strict(),
  z
    .object({
      kind: z.literal('encoding'),
      how: z.enum(['gzip', 'chunked', 'noLength', 'wrongContentType', 'expect100']).default('gzip'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('payload'),
      how: z
        .enum([
          'notJson',
          'invalidUtf8',
          'oversize',
          'deepNesting',
          'duplicateKeys',
          'protoKey',
          'bigInt',
        ])
        .default('notJson'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('schema'),
      how: z
        .enum(['unknownType', 'missingField', 'extraField', 'newEnumValue'])
        .default('unknownType'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('flood'),
      ratePerSecond: positive.max(10_000).default(100),
      seconds: positive.max(60).default(1),
    })
    .strict()
    .refine(
      ({ ratePerSecond, seconds }) => ratePerSecond * seconds <= limits.floodEvents,
      `at most ${limits.floodEvents} events`,
    ),
])
