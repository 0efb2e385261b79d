/** A request as it came. */
export interface CapturedRequest {
  readonly method: string
  /** A path, or a whole URL where the capture knows it. */
  readonly url: string
  /** Every header line, in its order and spelling. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** Where `listen` forwarded it to; undefined where it did not, or the capture does not say. */
  readonly forwardedTo?: string
  /** When it arrived, unix milliseconds; undefined where the capture does not say. */
  readonly at?: number
}

/** The first header line of a name. */
export const headerOf = ({ headers }: CapturedRequest, name: string): string | undefined =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1]

/** The headers as core's functions take them: several lines of a name stay several. */
export const headersOf = ({ headers }: CapturedRequest): Array<[string, string]> =>
  headers.map(([name, value]) => [name, value])
