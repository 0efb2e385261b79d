import { type FullFault, faultOf } from '@ainexlayer/webhooks-contract'
import { editJson } from './edit-json.ts'

const flipped = (body: Uint8Array): Uint8Array => {
  const spoiled = Uint8Array.from(body)
  // Inside a value and not the last brace: the body stays JSON, with other content.
  const at = Math.max(0, spoiled.length - 3)
  spoiled.set([(spoiled[at] ?? 0) ^ 1], at)
  return spoiled
}

/** Applies the faults that change the body after it was signed. */
export const spoilBody = (body: Uint8Array, faults: readonly FullFault[]): Uint8Array => {
  const text = Buffer.from(body).toString()
  switch (faultOf(faults, 'tamperBody')?.how) {
    case 'flipByte':
      return flipped(body)
    case 'append':
      return Buffer.concat([body, Buffer.from(' ')])
    case 'reserialize':
      return editJson(body, (event) => event, 2)
    case 'trailingNewline':
      return Buffer.concat([body, Buffer.from('\n')])
    case 'bom':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body])
    case 'crlf':
      return Buffer.from(`${text.replace(/\r?\n/g, '\r\n')}\r\n`)
    default:
      return body
  }
}
