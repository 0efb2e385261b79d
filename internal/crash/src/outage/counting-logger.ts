import { format } from 'node:util'
import type { Logger } from '@ainexlayer/webhooks'

/** A logger that counts what the console would show. */
export interface CountingLogger extends Logger {
  readonly entries: number
  readonly lines: number
  readonly bytes: number
}

/** Makes one. */
export const countingLogger = (): CountingLogger => {
  const texts: string[] = []
  const write = (...args: unknown[]): void => {
    texts.push(`${format(...args)}\n`)
  }
  return {
    info: () => {},
    warn: write,
    error: write,
    get entries() {
      return texts.length
    },
    get lines() {
      return texts.join('').split('\n').length - 1
    },
    get bytes() {
      return Buffer.byteLength(texts.join(''))
    },
  }
}
