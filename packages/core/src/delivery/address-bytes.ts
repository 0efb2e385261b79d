/** The bytes of an address in its plain form: 4 or 16 of them. */
export const addressBytes = (plain: string): readonly number[] => {
  if (!plain.includes(':')) return plain.split('.').map(Number)
  const [head = '', tail] = plain.split('::')
  const groupsOf = (text = ''): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [left, right] = [groupsOf(head), groupsOf(tail)]
  const zeros = new Array<number>(8 - left.length - right.length).fill(0)
  return [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 255])
}
