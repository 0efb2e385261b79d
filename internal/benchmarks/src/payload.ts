import { fixtures } from '@ainexlayer/webhooks/testing'

/** The sizes of the bodies that verification is measured with. */
export const sizes = [
  ['256 B', 256],
  ['1 KiB', 1024],
  ['10 KiB', 10 * 1024],
  ['100 KiB', 100 * 1024],
] as const

/** A genuine `chat.message` whose body has the given number of bytes. */
export const bodyOf = (bytes: number, filler = 'lorem ipsum '): Buffer => {
  const event = fixtures['chat.message']
  const empty = { ...event, data: { ...event.data, content: '' } }
  const room = bytes - Buffer.byteLength(JSON.stringify(empty))
  const unit = Buffer.byteLength(filler)
  const content = room <= 0 ? '' : filler.repeat(Math.floor(room / unit)) + 'x'.repeat(room % unit)
  return Buffer.from(JSON.stringify({ ...empty, data: { ...event.data, content } }))
}
