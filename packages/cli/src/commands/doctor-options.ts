import type { SecretOptions } from '../input/secret.ts'
import type { OutputOptions } from '../output/output.ts'

/** The options of `doctor`. */
export interface DoctorOptions extends OutputOptions, SecretOptions {
  /** A URL, or a file with a captured request; `-` for stdin. */
  readonly what?: string | undefined
  readonly header?: readonly string[] | undefined
  readonly body?: string | undefined
  /** Undefined: found out. */
  readonly profile?: string | undefined
  /** The entry of a HAR file, from 1; default the last. */
  readonly entry?: number | undefined
  /** When it arrived, unix milliseconds. */
  readonly at?: number | undefined
  readonly timeout: number
  readonly event: string
  readonly observe?: string | undefined
}
