/**
 * Reads a picture of folders: one line for each, two spaces deeper than its parent, several names in a
 * line with a single space between them, and after two spaces what they hold.
 *
 * @param {string} picture
 * @returns {string[]} the paths, in the picture's order; folders end with a slash
 */
export const pathsIn = (picture) => {
  const paths = []
  const parents = []
  for (const line of picture.split('\n')) {
    const [, indent, names] = /^( *)(\S+(?: \S+)*)/.exec(line) ?? []
    if (names === undefined) continue
    const depth = indent.length / 2
    for (const name of names.split(' ')) {
      parents.length = depth
      paths.push(`${parents.join('')}${name}`)
      parents.push(name)
    }
  }
  return paths
}

/**
 * The picture of the house: the first block of text after its heading in CONTRIBUTING.md.
 *
 * @param {string} page
 */
export const pictureIn = (page) => /## The house\n[\s\S]*?```\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
