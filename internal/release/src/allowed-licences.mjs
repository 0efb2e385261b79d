import parseExpression from 'spdx-expression-parse'

/** Licences that ask for nothing but their own text: a user of any licence can install what has one of these. */
export const allowedLicences = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]

/**
 * Whether an SPDX expression can be met by allowed licences alone: one side of an OR is enough, an AND needs both.
 *
 * @param {string} expression
 */
export const isAllowed = (expression) => {
  const met = (node) => {
    if ('conjunction' in node)
      return node.conjunction === 'or'
        ? met(node.left) || met(node.right)
        : met(node.left) && met(node.right)
    return allowedLicences.includes(node.license)
  }
  try {
    return met(parseExpression(expression))
  } catch {
    // No expression of SPDX: nobody can tell what it asks for.
    return false
  }
}
